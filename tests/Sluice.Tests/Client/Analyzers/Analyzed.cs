using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Sluice.Client.Analyzers;

namespace Sluice.Tests.Client.Analyzers;

/// <summary>Source code with a comment behind each line that an analyzer should report, such as <c>// SLUICE001</c>.</summary>
internal static class Analyzed
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Sluice.Client;
        """;

    private static readonly MetadataReference[] Libraries =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => !path.EndsWith("Sluice.Tests.dll", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Holds that exactly the marked lines are reported.</summary>
    /// <returns>The reports, in the order of the lines.</returns>
    public static async Task<IReadOnlyList<Diagnostic>> HasAsync(string code)
    {
        var compilation = CSharpCompilation.Create(
            "code", [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(code)], Libraries, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => one.ToString()));

        var found = await compilation
            .WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new NumberAsIdAnalyzer(), new CursorInFilterAnalyzer(), new WriteRepeatedAnalyzer()))
            .GetAnalyzerDiagnosticsAsync(CancellationToken.None);

        var lines = code.Split('\n');
        Assert.Equal(
            lines.Index().Where(line => line.Item.Contains("// SLUICE", StringComparison.Ordinal)).Select(line => $"{line.Index + 1} {line.Item[(line.Item.IndexOf("// SLUICE", StringComparison.Ordinal) + 3)..]}: {line.Item.Trim()}"),
            found.OrderBy(one => one.Location.SourceSpan.Start).Select(one => (Line: one.Location.GetLineSpan().StartLinePosition.Line, one.Id)).Select(one => $"{one.Line + 1} {one.Id}: {lines[one.Line].Trim()}"));
        return [.. found.OrderBy(one => one.Location.SourceSpan.Start)];
    }
}
