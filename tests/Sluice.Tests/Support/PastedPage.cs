using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Support;

/// <summary>
/// Pastes a page of the documentation into one shell, as a reader would: all its blocks for a shell, in order, each line exactly as written. The word
/// after <c>```sh</c> says what the reader does with a block:
/// <list type="bullet">
/// <item><c>server</c>: pastes it into a terminal of its own, after stopping the server that runs there.</item>
/// <item><c>not-run</c>: cannot paste it on every machine; the rest of the line says why.</item>
/// </list>
/// </summary>
internal static partial class PastedPage
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Pastes the page in a new folder that looks like a clone of this repository, with a home directory of its own. Every command must succeed, and
    /// curl also fails on an error of the server. The port of the page is replaced by a free one, so that tests can run side by side.
    /// </summary>
    /// <returns>The pasted blocks with their output.</returns>
    public static async Task<IReadOnlyList<PastedBlock>> PasteAsync(string path, PasteOptions? options = null)
    {
        options ??= new PasteOptions();
        var blocks = Read(await File.ReadAllTextAsync(Repository.PathOf(path))).Where(block => block.Kind != PastedBlock.NotRun).ToList();
        var folder = Directory.CreateTempSubdirectory("sluice-paste-").FullName;
        try
        {
            var port = FreePort.Take();
            MakeClone(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "paste.sh"), Script(blocks, port, options));
            return await RunAsync(folder, blocks, port, options.Environment);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Reads the blocks for a shell. A block without a language is an error: nobody knows whether to paste it.</summary>
    public static IReadOnlyList<PastedBlock> Read(string text)
    {
        var blocks = Fence().Matches(text).Select(fence => (Language: fence.Groups[1].Value.Split(' ', 3), Text: fence.Groups[2].Value)).ToList();
        Assert.DoesNotContain(blocks, block => block.Language[0].Length == 0);
        return [.. blocks.Where(block => block.Language[0] == "sh").Select(block => new PastedBlock(block.Text, block.Language.ElementAtOrDefault(1) ?? "", block.Language.ElementAtOrDefault(2) ?? ""))];
    }

    private static void MakeClone(string folder)
    {
        foreach (var name in (string[])["home", "bin", "clone"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        var clone = Path.Combine(folder, "clone");
        File.CreateSymbolicLink(Path.Combine(clone, "sluice"), SluiceProcess.Program);
        File.CreateSymbolicLink(Path.Combine(clone, "examples"), Repository.PathOf("examples"));
        File.CreateSymbolicLink(Path.Combine(clone, "docs"), Repository.PathOf("docs"));
        File.CreateSymbolicLink(Path.Combine(folder, "bin", "sluice"), SluiceProcess.Program);
    }

    /// <summary>Writes one script of all blocks. A record separator and the number of the block stand before its output.</summary>
    private static string Script(List<PastedBlock> blocks, int port, PasteOptions options)
    {
        var script = new StringBuilder(Prologue).Append(options.Setup);
        foreach (var (number, block) in blocks.Index())
        {
            var text = options.Replace(block.Text).Replace("127.0.0.1:4664", $"127.0.0.1:{port}", StringComparison.Ordinal);
            script.Append("printf '\\036%s\\n' ").Append(number).Append('\n');
            script.Append(block.IsServer ? $"start <<'END-OF-BLOCK'\n{Server().Replace(text, $"$0 --port {port}")}END-OF-BLOCK\n" : text);
        }

        return script.Append("stop\n").ToString();
    }

    private static async Task<IReadOnlyList<PastedBlock>> RunAsync(string folder, List<PastedBlock> blocks, int port, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-o", "pipefail", Path.Combine(folder, "paste.sh")])
        {
            WorkingDirectory = Path.Combine(folder, "clone"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SLUICE_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Path.Combine(folder, "home");
        start.Environment["PATH"] = $"{Path.Combine(folder, "bin")}:{start.Environment["PATH"]}";
        start.Environment["SLUICE_BASE_URL"] = $"http://127.0.0.1:{port}"; // Without it, the commands call port 4664, as the page does.
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var shell = Process.Start(start)!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        try
        {
            await shell.WaitForExitAsync().WaitAsync(Timeout);
        }
        finally
        {
            shell.Kill(entireProcessTree: true); // A page that waits for ever must not go on when its test has failed.
        }

        var outputs = (await output).Split('\u001e')[1..].ToDictionary(text => int.Parse(text[..text.IndexOf('\n')], CultureInfo.InvariantCulture), text => text[(text.IndexOf('\n') + 1)..]);
        Assert.True(shell.ExitCode == 0, $"Block {outputs.Keys.Max()} failed:\n{blocks[outputs.Keys.Max()].Text}\n{outputs[outputs.Keys.Max()]}\n{await errors}");
        return [.. blocks.Select((block, number) => block with { Output = outputs[number] })];
    }

    /// <summary>
    /// Lets curl fail when the server answers an error. Starts a server in a process group of its own and waits until it is ready; stops it before the
    /// next one and at the end.
    /// </summary>
    private const string Prologue = """
        curl() { command curl -sS --fail-with-body -w '\n' "$@"; }
        server=
        start() {
            stop
            cat >../server.sh
            setsid bash ../server.sh >../server.log 2>&1 &
            server=$!
            until curl -s "$SLUICE_BASE_URL/ready" >../ready.log 2>&1; do
                kill -0 $server || { cat ../server.log; return 1; }
                sleep 0.1
            done
            cat ../server.log
        }
        stop() {
            [ -z "$server" ] || { kill -TERM -- -$server; wait $server || true; }
            server=
        }
        trap stop EXIT

        """;

    [GeneratedRegex("^```([^\n]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"sluice (dev|serve)\b", RegexOptions.Multiline)]
    private static partial Regex Server();
}

/// <summary>What a page takes for granted, and this machine does not have.</summary>
internal sealed record PasteOptions
{
    /// <summary>Replaces names in the text, such as a host or a folder that needs root.</summary>
    public Func<string, string> Replace { get; init; } = text => text;

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Commands before the first block.</summary>
    public string Setup { get; init; } = "";
}

/// <param name="Kind">The word after the language, one of <see cref="Kinds"/>.</param>
/// <param name="Why">The rest of the line.</param>
internal sealed record PastedBlock(string Text, string Kind, string Why, string Output = "")
{
    public const string NotRun = "not-run";

    private const string Server = "server";

    public static readonly IReadOnlyList<string> Kinds = ["", Server, NotRun];

    public bool IsServer => Kind == Server;
}
