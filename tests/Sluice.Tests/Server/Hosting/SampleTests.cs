using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Runs the files of samples/ unchanged against a stand-in: every call succeeds.</summary>
[Slow]
public sealed partial class SampleTests
{
    [Fact]
    public async Task The_ten_calls_of_the_http_file_succeed()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral", "--limits", "off");
        var text = await File.ReadAllTextAsync(Repository.PathOf("samples", "first-ten.http"), TestContext.Current.CancellationToken);
        var known = Variable().Matches(text).ToDictionary(one => one.Groups[1].Value, one => one.Groups[2].Value.Trim());
        known["url"] = ((string)server.Ready["url"]!).TrimEnd('/');
        var calls = Filled().Replace(text, name => known[name.Groups[1].Value]).Split("\n###")[1..];

        Assert.Equal(10, calls.Length);
        foreach (var call in calls)
        {
            using var request = Read(call);
            using var reply = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(reply.IsSuccessStatusCode, $"{call}\n{await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }

    /// <summary>The stand-in keeps its usual limits, because the script waits between its calls.</summary>
    [Fact]
    public async Task The_ten_calls_of_the_script_succeed()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var start = new ProcessStartInfo("sh", [Repository.PathOf("samples", "first-ten.sh")]) { RedirectStandardOutput = true };
        start.Environment["SLUICE_BASE_URL"] = ((string)server.Ready["url"]!).TrimEnd('/');
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();

        Assert.True(shell.ExitCode == 0, output);
        Assert.Equal(10, output.Split('\n').Count(line => line.StartsWith("{\"requestId\"", StringComparison.Ordinal) && !line.Contains("\"errors\"", StringComparison.Ordinal)));
        Assert.Contains("\"unassignedFlowInstanceIds\":[\"1234361284629356\"]", output, StringComparison.Ordinal);
        Assert.Contains("\"prospectsNotAssigned\":[]", output, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Read(string call)
    {
        var (head, body) = call.Split("\n\n", 2) is [var first, var second] ? (first, second.Trim()) : (call, "");
        var lines = head.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        var request = new HttpRequestMessage(new HttpMethod(lines[0].Split(' ')[0]), lines[0].Split(' ')[1]);
        var credential = lines[1].Split("Basic ")[1]; // Editors encode it themselves.
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
        request.Content = lines.Length > 2 ? new StringContent(body, Encoding.UTF8, lines[2].Split(": ")[1]) : null;
        return request;
    }

    [GeneratedRegex("^@([a-z]+) = (.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("{{([a-z]+)}}")]
    private static partial Regex Filled();
}
