using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Scheduling;

/// <summary>
/// Several processes share one PostgreSQL. One of them is lost in the middle of its work, or only seems to be lost. The tests end leases by a
/// change in the database, because waiting half a minute for them would show nothing more.
/// </summary>
[Slow]
public sealed class LostNodeTests
{
    [Theory, OnlyOn(Database.Postgres)]
    public async Task When_one_of_four_nodes_is_killed_under_load_the_others_take_over_its_work(Database database)
    {
        await using var silent = new ScriptedMailServer((".", ScriptedMailServer.Silence));
        await using var peer = new ScriptedMailServer();
        await using var app = await TestApp.StartAsync(database);
        var (load, work) = (await WriteLoad.OfAsync(app, groups: 400), await BackgroundWork.OfAsync(app));
        await work.HasDueMailAsync("first");

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At($"{app.Connection};Command Timeout=60");
            await using var lost = await StartAsync(app, silent);
            await Eventually.UntilAsync(() => silent.Heard.Contains(".")); // The node has sent a mail and waits for the answer.
            await using var others = new Nodes();
            var running = await work.HoldAsync(db, async () =>
            {
                await work.BeginAsync(db);
                await Eventually.UntilAsync(() => work.IsBegunAsync(db));
                others.All = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(app, peer)));
                var running = load.RunAsync([lost, .. others.All]);
                await Eventually.UntilAsync(() => load.Answered > 40);
                await lost.KillAsync();
                Assert.False(running.IsCompleted);
                return running;
            });
            await UntilDoneAsync(db, work);
            await running;
            foreach (var other in others.All)
            {
                Assert.Equal(0, await other.TerminateAsync());
            }
        });

        await load.VerifyAsync();
        await work.VerifyAsync();
        Assert.Equal([MessageState.Uncertain], await work.MailAsync("first"));
        Assert.Equal(3, peer.Heard.Count(line => line == "."));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_node_that_was_suspended_while_another_did_its_work_repeats_none_of_it(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var app = await TestApp.StartAsync(database);
        var (ada, work) = (await app.HasInstanceAsync("ada"), await BackgroundWork.OfAsync(app));

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At($"{app.Connection};Command Timeout=60");
            await using var still = await StartAsync(app, peer, ";Command Timeout=2");
            await work.HoldAsync(db, async () =>
            {
                await work.BeginAsync(db);
                await Eventually.UntilAsync(() => work.IsBegunAsync(db));
                await still.SignalAsync("STOP");
                return 0;
            });
            await using var other = await StartAsync(app, peer);
            var asked = still.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", $$"""{"flowInstanceIds":[{{ada.Id}}]}""", app.Tenant.Key);
            await UntilDoneAsync(db, work);

            await still.SignalAsync("CONT");

            (await asked).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{ada.Id}}"] }""");
            Assert.Equal(OK, (await still.PostAsync("/v2/flows/prospects", """{"crmProspectsIds":["ada"]}""", app.Tenant.Key)).Status);
            Assert.Equal(0, await still.TerminateAsync()); // It has finished what it was doing.
            Assert.Equal(0, await other.TerminateAsync());
        });

        await work.VerifyAsync();
        Assert.Equal(3, peer.Heard.Count(line => line == "."));
    }

    private static Task<SluiceProcess> StartAsync(TestApp app, ScriptedMailServer peer, string settings = "") =>
        SluiceProcess.StartAsync("serve", "--database", app.Connection + settings, "--smtp", peer.Url);

    private static Task UntilDoneAsync(Db db, BackgroundWork work) => Eventually.UntilAsync(async () =>
    {
        await BackgroundWork.EndLeasesAsync(db);
        return await work.IsDoneAsync(db);
    });

    /// <summary>Stops the nodes when the test ends, even if the test fails.</summary>
    private sealed class Nodes : IAsyncDisposable
    {
        public IReadOnlyList<SluiceProcess> All { get; set; } = [];

        public async ValueTask DisposeAsync()
        {
            foreach (var node in All)
            {
                await node.DisposeAsync();
            }
        }
    }
}
