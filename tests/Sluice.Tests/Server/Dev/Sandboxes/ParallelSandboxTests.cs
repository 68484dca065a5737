using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Copy;
using Sluice.Server.Dev.Sandboxes;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Server.Dev.Sandboxes;

/// <summary>
/// Does random things in many sandboxes at once, and compares each with one in which the same things were done alone: every row must be the same, with
/// its ids, times and events. <c>SLUICE_SANDBOXES</c> says how many; <c>bench/sandboxes</c> runs a hundred. Without
/// limits: they count calls by the seconds of the machine, so how many pass depends on its speed.
/// </summary>
public sealed class ParallelSandboxTests
{
    private const int Moves = 12;

    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("SLUICE_SANDBOXES") ?? "6", CultureInfo.InvariantCulture);
    private static readonly DemoDataset Demo = DemoDataset.Build(1, DemoSecrets.Published(1).CursorKey);

    [Theory, EveryDatabase]
    public async Task Many_sandboxes_at_once_do_what_each_does_alone(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev with { RunsEngine = false, Limits = false });
        var databases = app.Services.GetRequiredService<SandboxDatabases>();
        var alone = new List<string>();
        for (var seed = 0; seed < Count; seed++)
        {
            alone.Add(await RunAsync(app, databases, seed));
        }

        var together = await Task.WhenAll(Enumerable.Range(0, Count).Select(seed => Task.Run(() => RunAsync(app, databases, seed))));

        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("was interrupted", StringComparison.Ordinal)); // Else a sandbox has left work to its next call, and its rows differ for this reason.
        for (var seed = 0; seed < Count; seed++)
        {
            var (changes, count) = await databases.ReadImageAsync(alone[seed], left => databases.ReadImageAsync(together[seed], right => RowDiff.RunAsync(left, right, 3, CancellationToken.None)));
            Assert.Equal((0, ""), (count, string.Join("; ", changes.Select(one => $"{seed}: {one.Kind} {one.Table} {one.Id} {string.Join(", ", one.Fields)}"))));
        }

        var (_, differ) = await databases.ReadImageAsync(alone[0], left => databases.ReadImageAsync(alone[1], right => RowDiff.RunAsync(left, right, 0, CancellationToken.None)));
        Assert.NotEqual(0, differ); // Other moves, other rows: the comparison sees them.
        Assert.True(await EventsAsync(databases, alone[0]) > await EventsAsync(databases, await app.Services.GetRequiredService<SandboxImages>().OfSeedAsync(1, CancellationToken.None)));
    }

    /// <returns>The image of a sandbox after all moves.</returns>
    private static async Task<string> RunAsync(TestApp app, SandboxDatabases databases, int seed)
    {
        var (random, sandbox) = (new Random(seed), await TestSandbox.NewAsync(app));
        for (var move = 0; move < Moves; move++)
        {
            await MoveAsync(sandbox, random, move);
        }

        var image = databases.NewFile();
        var world = app.Services.GetRequiredService<Sluice.Server.Dev.Sandboxes.Sandboxes>().Find(long.Parse(sandbox.Id, CultureInfo.InvariantCulture))!.World!;
        await world.WriteImageAsync(image, CancellationToken.None);
        await app.SendAsync(HttpMethod.Delete, $"{TestSandbox.Url}/{sandbox.Id}");
        return image;
    }

    private static async Task MoveAsync(TestSandbox sandbox, Random random, int move)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                await sandbox.AdvanceAsync($"{random.Next(1, 60)}h");
                break;
            case 2:
                await AssignAsync(sandbox, random);
                break;
            case 3:
                await ReplyAsync(sandbox, random, move);
                break;
            case 4:
                await sandbox.PostAsync("/sluice/v1/faults", new { path = "/v2/flows/prospects/assign", times = 1, status = 500 });
                await AssignAsync(sandbox, random); // Refused, so it does nothing.
                break;
            default:
                await sandbox.PostAsync(
                    "/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = Demo.Runs.Instances.Skip(random.Next(100)).Take(3).Select(one => WireId.Write(one.Id)) });
                break;
        }
    }

    private static Task<Reply> AssignAsync(TestSandbox sandbox, Random random)
    {
        var (flow, prospects) = (Demo.Flows[random.Next(Demo.Flows.Count)].Flow, Demo.Runs.Prospects);
        return sandbox.PostAsync("/v2/flows/prospects/assign", new
        {
            flowId = WireId.Write(flow.Id),
            flowInstanceOwnerEmail = Demo.Users.Single(user => user.Id == flow.OwnerId).Email,
            crmProspectsIds = Enumerable.Range(0, 5).Select(_ => prospects[random.Next(prospects.Count)].CrmId).Distinct(),
        });
    }

    private static async Task ReplyAsync(TestSandbox sandbox, Random random, int move)
    {
        var prospects = Demo.Runs.Prospects.Where(one => one.Email is not null).ToList();
        var reply = await sandbox.PostAsync("/sluice/v1/inbound", new { type = "reply", messageId = $"<{move}@example.com>", from = prospects[random.Next(prospects.Count)].Email });
        Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, reply.Body);
    }

    private static async Task<int> EventsAsync(SandboxDatabases databases, string image) => await databases.ReadImageAsync(
        image, async db => (await db.QueryAsync($"select count(*) as n from events", row => row.Int("n"), CancellationToken.None)).Single());
}
