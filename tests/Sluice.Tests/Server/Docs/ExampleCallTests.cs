using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Server.Docs;

namespace Sluice.Tests.Server.Docs;

/// <summary>Pastes the calls of the documentation into a shell, as a new user does, against <c>sluice dev</c> with its demo data.</summary>
[Slow]
public sealed partial class ExampleCallTests
{
    private const string Removal = "deleteCrmIntegration";

    [Fact]
    public async Task The_first_call_of_the_page_works_as_it_is_pasted()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var page = await server.Client.GetStringAsync("/docs", TestContext.Current.CancellationToken);
        var blocks = HtmlCode().Matches(page).Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)).Take(2).ToList();

        var answer = await PasteAsync(string.Join('\n', blocks));

        Assert.Equal("623457276584334", (string?)JsonNode.Parse(answer)!["workspaces"]![0]!["id"]);
    }

    /// <summary>In the order of the page; only what the other calls need is removed last.</summary>
    [Fact]
    public async Task Each_example_works_as_it_is_pasted()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral", "--limits", "off");
        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v2.json", TestContext.Current.CancellationToken))!;
        var settings = Guide.SettingsFor((string)server.Ready["url"]!, new((string)server.Ready["accessKey"]!, (string)server.Ready["accessKeySecret"]!, ""));
        var (integration, job) = ("", "");
        var ids = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(verb => (string)verb.Value!["operationId"]!).ToList();
        foreach (var id in ids.OrderBy(id => id == Removal))
        {
            var page = await server.Client.GetStringAsync($"/docs/{id}.md", TestContext.Current.CancellationToken);
            var call = MarkdownCode().Match(page).Groups[1].Value.Replace(Schema.AnId, integration, StringComparison.Ordinal).Replace("019cad01-2c40-7000-8000-3a5b6c7d8e9f", job, StringComparison.Ordinal);

            var answer = await PasteAsync($"{settings}\n{call} -s -w ' %{{http_code}}'");

            Assert.Matches(" 20[0-2]$", answer);
            var json = JsonNode.Parse(answer[..^4])!;
            integration = json["integrationId"]?.ToString() ?? integration;
            job = id == "beginBulkAssignment" ? (string)json["id"]! : job;
            Assert.True(json["prospectsNotAssigned"] is null or JsonArray { Count: 0 } || id == "assignProspectsDespiteCoolOff", answer); // It repeats the call before it.
            Assert.True(json["unassignedFlowInstanceIds"] is null or JsonArray { Count: > 0 }, answer);
        }
    }

    private static async Task<string> PasteAsync(string lines)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", lines]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{lines}\n{await errors}");
        return await output;
    }

    [GeneratedRegex("<pre><code>(.*?)</code></pre>", RegexOptions.Singleline)]
    private static partial Regex HtmlCode();

    [GeneratedRegex("```sh\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex MarkdownCode();
}
