using System.Text.RegularExpressions;

namespace Sluice.Tests.Architecture;

/// <summary>What must hold of every file, of the program and of its tests.</summary>
public sealed partial class FileTests
{
    private const int MaxLines = 300;

    private static readonly string[] Tests = [.. Directory.EnumerateFiles(Repository.PathOf("tests", "Sluice.Tests"), "*.cs", SearchOption.AllDirectories)];

    [Fact]
    public void No_file_is_longer_than_three_hundred_lines() =>
        Assert.DoesNotContain(SourceProject.All.SelectMany(project => project.Files).Concat(Tests), file => File.ReadLines(file).Count() > MaxLines);

    [Fact]
    public void A_test_of_a_database_names_it_in_its_row() => Assert.DoesNotContain(Tests, file => WithoutRow().IsMatch(File.ReadAllText(file)));

    /// <summary>Otherwise <c>./test --published</c> would not test the published program there.</summary>
    [Fact]
    public void Tests_take_the_program_from_one_place() =>
        Assert.Equal("SluiceProcess.cs", Path.GetFileName(Assert.Single(Tests, file => ProgramPath().IsMatch(File.ReadAllText(file)))));

    [GeneratedRegex(@"BaseDirectory,\s*""sluice""")]
    private static partial Regex ProgramPath();

    /// <summary>./test would count such a test as one that needs no database.</summary>
    [GeneratedRegex(@"(Start|Create)Async\(Database\.")]
    private static partial Regex WithoutRow();
}
