using System.Diagnostics;
using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice clock</c>, <c>plan</c> and <c>explain</c>, each run in a process of its own, as a person would.</summary>
[Slow]
public sealed class TimeCommandTests
{
    [Fact]
    public async Task The_clock_is_shown_and_moved()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");

        Assert.StartsWith("It is 2026-11-02T09:00:", await RunAsync(server, "clock", "show"), StringComparison.Ordinal); // The Monday on which the demo data begins.
        Assert.EndsWith(", frozen.", await RunAsync(server, "clock", "freeze"), StringComparison.Ordinal);
        Assert.Equal("It is 2026-12-24T09:00:00-08:00, frozen.", (await RunAsync(server, "clock", "set", "2026-12-24T09:00:00-08:00")).Split('\n')[^1]);
        Assert.StartsWith("sluice: cannot reach http://127.0.0.1:1", await RunAsync("clock", "--url", "http://127.0.0.1:1", "advance", "3d"), StringComparison.Ordinal);
        var moved = JsonNode.Parse(await RunAsync(server, "clock", "advance", "3d", "--json"))!;
        Assert.Equal("2026-12-27T09:00:00-08:00", (string?)moved["now"]);
        Assert.DoesNotContain("frozen", await RunAsync(server, "clock", "run"), StringComparison.Ordinal);
        Assert.Equal("sluice: advance: should be a duration above zero such as 3d, 90m, 1d12h or PT2H; to go back, use set", await RunAsync(server, "clock", "advance", "soon"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_instance_is_explained_and_an_assignment_planned(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        await app.HasStepAsync(app.Tenant.Flow);
        await app.HasProspectAsync("ada");
        var instance = await app.HasInstanceAsync("zoe", change: instance => instance with { NextDueAt = app.Clock.GetUtcNow().AddDays(1) });
        var key = await app.HasKeyAsync(["sluice:manage"]);
        string[] to = ["--url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret];

        var why = (await RunAsync(["explain", WireId.Write(instance.Id), .. to])).Split('\n');
        Assert.Equal("zoe in SDR Flow, owned by rep@example.com: Running, step 1 of 1", why[0]);
        Assert.StartsWith("Waits for step 1 of 1, CALL", why[1], StringComparison.Ordinal);

        Assert.Equal(
            $"""
            SDR Flow, owned by rep@example.com (America/Los_Angeles)
              ada: would be assigned
              zoe: Prospect is already assigned to the same flow; possible when flow instance {instance.Id} ends
               1  2026-03-02T01:00:00-08:00  CALL
            """,
            await RunAsync(["plan", "ada", "zoe", "--flow", WireId.Write(app.Tenant.Flow.Id), "--owner", TestApp.RepEmail, .. to]));
        Assert.Equal("sluice: Flow instance not found", await RunAsync(["explain", "7", .. to]));
    }

    private static Task<string> RunAsync(SluiceProcess server, params string[] arguments) => RunAsync([.. arguments, "--url", server.Client.BaseAddress!.ToString()]);

    /// <returns>Its standard output, followed by its standard error.</returns>
    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var sluice = Process.Start(
            new ProcessStartInfo(SluiceProcess.Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (sluice.StandardOutput.ReadToEndAsync(), sluice.StandardError.ReadToEndAsync());
        await sluice.WaitForExitAsync();
        return (await output + await errors).Trim();
    }
}
