using System.Xml.Linq;

namespace Sluice.Tests.Architecture;

/// <summary>A project below <c>src</c>, as its project file describes it.</summary>
internal sealed class SourceProject
{
    private static readonly string[] UsingsOfSdk =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] UsingsOfWebSdk =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    private readonly XElement _file;
    private readonly string _folder;

    private SourceProject(string path)
    {
        (_file, _folder, Name) = (XElement.Load(path), Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path));
    }

    public static IReadOnlyList<SourceProject> All { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new SourceProject(path))];

    public string Name { get; }

    public string AssemblyName => _file.Descendants("AssemblyName").SingleOrDefault()?.Value ?? Name;

    /// <summary>The projects that it refers to, and all that those refer to.</summary>
    public IEnumerable<SourceProject> References => Items("ProjectReference")
        .Select(path => All.Single(other => other.Name == Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))
        .SelectMany(other => other.References.Prepend(other))
        .Distinct();

    /// <summary>The namespaces that no file has to name: the SDK writes them into a file of its own.</summary>
    public IEnumerable<string> Usings =>
        [.. UsingsOfSdk, .. _file.Attribute("Sdk")!.Value.EndsWith(".Web", StringComparison.Ordinal) ? UsingsOfWebSdk : [], .. Items("Using")];

    public IEnumerable<string> Files =>
        Directory.EnumerateFiles(_folder, "*.cs", SearchOption.AllDirectories).Where(file => FolderOf(file).Split('/')[0] is not ("bin" or "obj")).Order(StringComparer.Ordinal);

    /// <returns>The folder of a file below the project, with slashes; a point for the project's own.</returns>
    public string FolderOf(string file) => Path.GetRelativePath(_folder, Path.GetDirectoryName(file)!).Replace('\\', '/');

    private IEnumerable<string> Items(string kind) => _file.Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>();
}
