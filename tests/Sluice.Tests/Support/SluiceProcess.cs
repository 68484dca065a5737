using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Support;

/// <summary>Runs the program in a process of its own, to test what cannot be tested inside the test process: a kill, a stop, a full disk.</summary>
internal sealed class SluiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SluiceProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    /// <summary>The program under test: this build's, or the published one that <c>./test --published</c> names.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("SLUICE_TEST_PROGRAM") is { Length: > 0 } published ? published : Path.Combine(AppContext.BaseDirectory, "sluice");

    /// <summary>The lines of its log.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    /// <summary>The line that <c>--json</c> prints when the server is ready.</summary>
    public JsonNode Ready { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Starts a server, on a free port unless the arguments name one, and returns when it is listening.</summary>
    public static Task<SluiceProcess> StartAsync(params string[] arguments) => StartWithAsync([], arguments);

    /// <param name="before">A command that runs another command, such as <c>prlimit --fsize=…</c>.</param>
    /// <param name="arguments">The arguments of <c>sluice</c>.</param>
    public static async Task<SluiceProcess> StartWithAsync(string[] before, params string[] arguments)
    {
        string[] command = [.. before, Program, .. arguments, .. arguments.Contains("--port") ? [] : new[] { "--port", "0" }, "--json"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("SLUICE_DATABASE");
        var sluice = new SluiceProcess(Process.Start(start)!);
        var line = await sluice._process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
        Assert.True(line is not null, $"It did not start: {string.Join('\n', sluice.Errors)}");
        sluice.Ready = JsonNode.Parse(line)!;
        sluice.Client = new HttpClient { BaseAddress = new Uri((string)sluice.Ready["url"]!) };
        return sluice;
    }

    /// <summary>Runs a command that ends by itself and must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> OutputAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Timeout);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    public async Task<Reply> PostAsync(string url, string json, ApiKeyCredentials key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key.Basic();
        return await Reply.ReadAsync(await Client.SendAsync(request));
    }

    /// <summary>Kills the program as <c>kill -9</c> does: none of its code runs after this.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Timeout);
    }

    /// <param name="signal">Such as <c>STOP</c>, which pauses the process, or <c>CONT</c>, which resumes it.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and waits until the program ends.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(Timeout);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        Client?.Dispose();
        _process.Dispose();
    }
}
