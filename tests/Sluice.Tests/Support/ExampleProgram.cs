using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Sluice.Tests.Support;

/// <summary>Compiles a program of one file for the web as <c>dotnet run FILE</c> does, which would take ten times as long, and runs it in a process.</summary>
internal sealed class ExampleProgram : IAsyncDisposable
{
    /// <summary>What the SDK of the web imports for every file.</summary>
    private const string Usings = """
        global using System; global using System.IO; global using System.Linq; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http;
        """;

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private ExampleProgram(DirectoryInfo folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>All lines that it wrote.</summary>
    public List<string> Lines { get; } = [];

    /// <returns>The program and the URL at which it listens.</returns>
    public static async Task<(ExampleProgram Program, string Url)> StartAsync(string path, string variable, string value)
    {
        var folder = Directory.CreateTempSubdirectory("example");
        var start = new ProcessStartInfo("dotnet", [await CompileAsync(path, folder), "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        start.Environment[variable] = value;
        var program = new ExampleProgram(folder, Process.Start(start)!);
        const string Listens = "Now listening on: ";
        var line = await program.ReadUntilAsync(line => line.Contains(Listens, StringComparison.Ordinal));
        return (program, line[(line.IndexOf(Listens, StringComparison.Ordinal) + Listens.Length)..]);
    }

    public async Task<string> ReadUntilAsync(Func<string, bool> isIt)
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            Lines.Add(line);
            if (isIt(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The program ended: {string.Join('\n', Lines)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<string> CompileAsync(string path, DirectoryInfo folder)
    {
        var text = string.Join('\n', (await File.ReadAllLinesAsync(path)).Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(assembly => MetadataReference.CreateFromFile(assembly));
        var compilation = CSharpCompilation.Create("Example", [CSharpSyntaxTree.ParseText(SourceText.From(text)), CSharpSyntaxTree.ParseText(Usings)], references, new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        var program = Path.Combine(folder.FullName, "Example.dll");
        var emitted = compilation.Emit(program);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Sluice.Tests.runtimeconfig.json"), Path.ChangeExtension(program, "runtimeconfig.json"));
        return program;
    }
}
