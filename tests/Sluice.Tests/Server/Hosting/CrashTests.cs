using System.Diagnostics;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage.Setup;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Kills the server, or asks it to stop, while eight clients write.</summary>
[Slow]
public sealed class CrashTests
{
    [Theory, EveryDatabase]
    public async Task A_killed_server_keeps_every_answered_write_and_no_partial_one_and_sends_every_event(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        await app.HasWebhookAsync(receiver.Url, types: EventTypes.Removed);
        var load = await WriteLoad.OfAsync(app, groups: 500);

        await app.RestartAsync(async () =>
        {
            foreach (var moment in new[] { 20, 90, 310 })
            {
                var before = load.Answered;
                await using var server = await SluiceProcess.StartWithAsync(
                    ["env", $"SLUICE_MASTER_KEY={TestApp.MasterKeyText}"], "serve", "--database", app.Connection, "--webhooks-to", "127.0.0.0/8");
                var running = load.RunAsync(server);
                await Eventually.UntilAsync(() => load.Answered > before || running.IsCompleted);
                await Task.Delay(TimeSpan.FromMilliseconds(moment), TimeProvider.System);
                await server.KillAsync();
                await running;
            }
        });

        await load.VerifyAsync();
        Assert.Equal(OK, (await app.GetAsync("/ready")).Status);
        app.Clock.Advance(TimeProvider.System.GetUtcNow().AddHours(1) - app.Clock.GetUtcNow()); // What the killed servers had in hand is due again.
        var removed = (await app.Db.QueryAsync($"select id from events where type = {EventTypes.Removed}", row => WireId.Write(row.GetInt64(0)), CancellationToken.None)).ToHashSet();
        await Eventually.UntilAsync(async () =>
        {
            await app.SendWebhooksAsync();
            return removed.SetEquals(receiver.Ids);
        });
    }

    [Theory, EveryDatabase]
    public async Task A_server_that_is_asked_to_stop_answers_the_requests_in_progress_and_exits_with_0(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var load = await WriteLoad.OfAsync(app, groups: 500);

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
            var running = load.RunAsync(server);
            await Eventually.UntilAsync(() => load.Answered > 50 || running.IsCompleted);
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, await server.TerminateAsync());
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"Stopping took {clock.Elapsed}");
            await running;
            Assert.DoesNotContain(server.Errors, line => line.Contains("fail", StringComparison.Ordinal));
        });

        await load.VerifyAsync(allWereAnswered: true);
    }

    /// <summary>A service manager kills a server that needs more than ten seconds to stop; then no request in progress is answered.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_that_never_finishes_its_request_does_not_keep_the_server_from_stopping(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
        using var slow = RawConnection.To(server);
        await slow.SendAsync(RawConnection.Request(app, "POST /v2/flows/prospects", null, "Content-Type: application/json", "Content-Length: 1000000"));
        using var over = new CancellationTokenSource();
        var sending = SendSlowlyAsync(slow, over.Token);

        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await server.TerminateAsync());

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"Stopping took {clock.Elapsed}");
        Assert.DoesNotContain(server.Errors, line => line.Contains("are lost", StringComparison.Ordinal)); // It saved the call counts of the last second.
        await over.CancelAsync();
        await sending;
    }

    /// <summary>The test holds a lock that the write waits for, and meanwhile sends the signal.</summary>
    [Theory, EveryDatabase]
    public async Task A_request_that_was_waiting_when_the_signal_came_is_answered(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
            await using var db = OpenDatabase.At(app.Connection);
            await server.PostAsync("/v2/flows/prospects", """{"crmProspectsIds":["ada"]}""", app.Tenant.Key); // Opens the connection over which the next request is sent.
            var (waiting, stopping) = await db.InTransactionAsync(async tx =>
            {
                await tx.ExecuteAsync($"update flow_instances set step_order = step_order", CancellationToken.None);
                var request = server.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", $$"""{"flowInstanceIds":[{{instance.Id}}]}""", app.Tenant.Key);
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
                var signal = server.TerminateAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
                Assert.False(request.IsCompleted);
                return (request, signal);
            }, CancellationToken.None);

            (await waiting).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
            Assert.Equal(0, await stopping);
        });

        (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
    }

    /// <summary>Sends 800 bytes a second, fast enough that the server does not give up.</summary>
    private static async Task SendSlowlyAsync(RawConnection connection, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await connection.SendAsync(new byte[400]);
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, ct);
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // The server closed the connection, or the test is over.
        }
    }
}
