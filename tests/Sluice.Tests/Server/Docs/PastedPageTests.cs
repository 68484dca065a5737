using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Docs;

/// <summary>What must hold of the pages that other tests paste into a shell, and of the code that pages quote.</summary>
public sealed partial class PastedPageTests
{
    public static TheoryData<string> Pages => ["README.md", "docs/control.md", "docs/operating.md", "docs/sandboxes.md"];

    /// <summary>Everything that no test pastes. Keep it short: each line is something that may be wrong without anybody knowing.</summary>
    [Fact]
    public async Task Only_these_blocks_are_not_pasted()
    {
        var skipped = new List<string>();
        foreach (var page in Pages.Select(row => row.Data))
        {
            skipped.AddRange(PastedPage.Read(await TextAsync(page)).Where(block => block.Kind == PastedBlock.NotRun).Select(block => $"{page}: {block.Text.Split('\n')[0].Split(' ')[0]} {block.Why}"));
        }

        skipped.ForEach(line => System.Console.WriteLine($"Not pasted: {line}"));
        Assert.Equal(
            ["README.md: mkdir because tests/samples/run makes the packages, pastes it and expects that the test passes", "README.md: curl because tests/generators/run generates with these tools, in pinned versions", "docs/operating.md: adduser because it needs root and systemd"],
            skipped);
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task Each_block_says_what_a_reader_does_with_it(string page) =>
        Assert.All(PastedPage.Read(await TextAsync(page)), block => Assert.Contains(block.Kind, PastedBlock.Kinds));

    /// <summary>A contributor looks for the test that the page names.</summary>
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/parity.md")]
    public async Task Every_test_that_a_page_names_exists(string page)
    {
        var tests = typeof(PastedPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.Name).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(TestName().Matches(await TextAsync(page)).Select(name => name.Groups[1].Value), name => !tests.Contains(name));
    }

    /// <summary>The good examples are from this code: <c>// Do (FlowInstanceStore)</c> names the file.</summary>
    [Fact]
    public async Task The_good_examples_of_the_page_for_contributors_are_in_the_code()
    {
        var examples = Example().Matches(await TextAsync("CONTRIBUTING.md")).ToList();

        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var file = Directory.EnumerateFiles(Repository.PathOf("src"), $"{example.Groups[1].Value}.cs", SearchOption.AllDirectories).Single();
            var code = Words(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            Assert.Contains(Words(example.Groups[2].Value), code, StringComparison.Ordinal);
        }
    }

    private static Task<string> TextAsync(string page) => File.ReadAllTextAsync(Repository.PathOf(page), TestContext.Current.CancellationToken);

    private static string Words(string code) => string.Join(' ', code.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A name of at least four words, with an underscore after each.</summary>
    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+){3,})`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"// Do \((\w+)\)\n(.*?)\n\n// Don't", RegexOptions.Singleline)]
    private static partial Regex Example();
}
