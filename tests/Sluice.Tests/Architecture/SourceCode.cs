using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sluice.Tests.Architecture;

/// <summary>
/// All projects below <c>src</c> as the compiler understands them; made once for all tests. Source generators do not run, so what they
/// would make is not known here. Nothing that a person has written depends on that.
/// </summary>
internal sealed class SourceCode
{
    private static readonly Lazy<SourceCode> Instance = new(() => new SourceCode());

    private static readonly CSharpParseOptions Parsing =
        new(LanguageVersion.Latest, DocumentationMode.Parse, preprocessorSymbols: ["NET", "NET10_0", "NET10_0_OR_GREATER"]);

    private readonly Dictionary<string, CSharpCompilation> _compilations = [];
    private readonly Dictionary<SyntaxTree, SourceProject> _projects = [];
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();

    private SourceCode()
    {
        foreach (var project in SourceProject.All)
        {
            Compile(project);
        }
    }

    public static SourceCode Whole => Instance.Value;

    /// <summary>The files that people have written.</summary>
    public IEnumerable<SyntaxTree> Files => _projects.Keys;

    /// <returns>Null for a file that no project has, such as one of the usings.</returns>
    public SourceProject? FindProject(SyntaxTree file) => _projects.GetValueOrDefault(file);

    public SemanticModel ModelOf(SyntaxTree file) =>
        _models.GetOrAdd(file, static (file, code) => code._compilations[code._projects[file].Name].GetSemanticModel(file), this);

    /// <summary>Outside of method bodies, which would cost as much again. Some are there only because no generator runs.</summary>
    public IEnumerable<Diagnostic> Errors() =>
        _compilations.Values.SelectMany(compilation => compilation.GetDeclarationDiagnostics()).Where(found => found.Severity == DiagnosticSeverity.Error);

    /// <summary>Where a reader finds it: <c>src/Sluice/Program.cs(1)</c>.</summary>
    /// <param name="line">Counted from 0.</param>
    public static string PlaceOf(SyntaxTree file, int line) => $"{Path.GetRelativePath(Repository.PathOf(), file.FilePath).Replace('\\', '/')}({line + 1})";

    private CSharpCompilation Compile(SourceProject project)
    {
        if (_compilations.TryGetValue(project.Name, out var known))
        {
            return known;
        }

        var used = project.References.Select(other => Compile(other).ToMetadataReference()).ToList();
        var files = project.Files.AsParallel().AsOrdered().Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), Parsing, path)).ToList();
        files.ForEach(file => _projects.Add(file, project));
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        return _compilations[project.Name] = CSharpCompilation.Create(project.AssemblyName, [.. files, MakeSettings(project)], [.. Platform(), .. used], options);
    }

    /// <summary>What the SDK makes of the project file.</summary>
    private static SyntaxTree MakeSettings(SourceProject project) => CSharpSyntaxTree.ParseText(
        string.Concat([
            .. project.Usings.Select(name => $"global using global::{name};\n"),
            .. SourceProject.All.Select(friend => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend.AssemblyName}\")]\n"),
        ]),
        Parsing);

    /// <summary>What the tests run on, which is all that the projects are built on and more; without the projects themselves.</summary>
    private static IEnumerable<PortableExecutableReference> Platform()
    {
        var own = SourceProject.All.Select(project => project.AssemblyName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !own.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
