using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sluice.Tests.Client;

/// <summary>The C# in the pages about the packages compiles.</summary>
public sealed partial class DocumentedCodeTests
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading.Tasks;
        global using Sluice.Client;
        global using Sluice.Testing;
        global using Xunit;
        """;

    [Theory]
    [InlineData("docs/client.md")]
    [InlineData("docs/testing.md")]
    [InlineData("src/Sluice.Client/README.md")]
    [InlineData("src/Sluice.Testing/README.md")]
    public async Task Every_block_of_code_compiles(string page)
    {
        var blocks = Block().Matches(await File.ReadAllTextAsync(Repository.PathOf(page))).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Empty(ErrorsOf(block)));
    }

    /// <summary>The page's example, and the sample for xUnit, are the test of README.md, which tests/samples/run runs.</summary>
    [Fact]
    public async Task The_example_of_a_test_is_the_sample()
    {
        var example = Block().Match(await File.ReadAllTextAsync(Repository.PathOf("docs", "testing.md"))).Groups[1].Value;
        var sample = await File.ReadAllTextAsync(Repository.PathOf("samples", "testing", "Sample.XunitV3", "MyTests.cs"));

        Assert.Equal(sample.Replace("using Xunit;\n", "", StringComparison.Ordinal), example);
        Assert.Contains($"<<'END'\n{sample}END\n", await File.ReadAllTextAsync(Repository.PathOf("README.md")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> ErrorsOf(string block)
    {
        var isProgram = !block.Contains("class ", StringComparison.Ordinal);
        var code = isProgram && block.Contains("world.CreateHandler", StringComparison.Ordinal) ? $"var world = await new SluiceFixture().NewSandboxAsync();\n{block}" : block;
        var compilation = CSharpCompilation.Create(
            "block",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(code)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary));
        return compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => one.ToString());
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
