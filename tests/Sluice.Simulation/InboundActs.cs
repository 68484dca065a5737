using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>
/// Sends messages from prospects: new, late or repeated; matched by the thread or only by the address; from people who got mail, and fresh ones from
/// people who got none. Addresses of mail that left may be old ones by now. Checks what each means to the person before it is committed.
/// </summary>
internal sealed class InboundActs(SimWorld world)
{
    private static readonly InboundType[] Types = Enum.GetValues<InboundType>();

    private readonly List<InboundMessage> _received = [];
    private int _messages;

    public async Task ReceiveAsync()
    {
        if (_received.Count > 0 && world.OneIn(4))
        {
            await DeliverAsync(world.Pick(_received), "again: ");
            return;
        }

        if (world.OneIn(5))
        {
            await ReceiveFreshAsync();
            return;
        }

        var sent = await world.Db.QueryAsync($"select message_id, recipient from messages where sent_at is not null order by id", row => (Id: row.GetString(0), From: row.GetString(1)), default);
        if (sent.Count == 0)
        {
            return;
        }

        var (answered, from) = world.Pick(sent);
        var type = world.OneIn(2) ? InboundType.Reply : world.Pick(Types);
        IReadOnlyList<string> thread = world.OneIn(4) ? [] : [answered];
        await DeliverNewAsync(new InboundMessage(type, $"in-{_messages++}", null, thread, thread.Count == 0 ? from : null, Until(), world.OneIn(3), null));
    }

    /// <summary>Somebody whom the company knows writes by themselves: an opt-out, an absence, or a bounce from another system.</summary>
    private async Task ReceiveFreshAsync()
    {
        if (world.Pick(world.Team.Prospects).Email is { } from)
        {
            var type = world.OneIn(4) ? InboundType.Unsubscribe : world.OneIn(3) ? InboundType.Bounce : InboundType.AutoReply;
            await DeliverNewAsync(new InboundMessage(type, $"in-{_messages++}", null, [], from, Until(), world.OneIn(3), null));
        }
    }

    private DateTimeOffset Until() => world.Clock.Now.AddDays(world.Faults.Random.Next(9));

    private Task DeliverNewAsync(InboundMessage message)
    {
        _received.Add(message);
        return DeliverAsync(message, "");
    }

    private Task DeliverAsync(InboundMessage message, string how)
    {
        world.Faults.Record($"{how}{message.Type} to {(message.Thread.Count > 0 ? message.Thread[0] : message.Address)}");
        return world.DoAsync(async (worker, tx) =>
        {
            var before = await RunsAsync(tx);
            await worker.Inbound.RunAsync(tx, message, world.By, default);
            if (how.Length == 0)
            {
                await CheckAsync(tx, message, before);
            }
        });
    }

    private async Task CheckAsync(IDbSession tx, InboundMessage message, Dictionary<long, (string? Email, Run Run)> before)
    {
        var after = await RunsAsync(tx);
        var key = message.Address is { } address ? AddressKey.OfEmail(address).Text : null;
        var ofPerson = after.Values.Where(one => key is not null && one.Email == key && one.Run.IsOpen).Select(one => one.Run).ToList();
        switch (message)
        {
            case { Type: InboundType.AutoReply, Until: { } until } when until > world.Clock.Now:
                Require(ofPerson.TrueForAll(run => run.Status == InstanceStatus.Paused), $"{key} is away, but one of the person's flows goes on");
                Require(ofPerson.TrueForAll(run => run.PauseReason != PauseReason.OutOfOffice || run.NextDueAt >= until), $"{key} is away until {until}, but one of the person's flows goes on earlier");
                break;
            case { Type: InboundType.Unsubscribe or InboundType.Complaint }:
                Require(ofPerson.Count == 0, $"{key} opted out, but one of the person's flows is open");
                break;
            case { Type: InboundType.Bounce, IsSoft: false } when key is not null:
                Require(after.Values.All(one => one.Email == key || one.Run == before[one.Run.Id].Run), $"mail to {key} bounced, and a flow of another address changed");
                break;
        }
    }

    private async Task<Dictionary<long, (string? Email, Run Run)>> RunsAsync(IDbSession tx)
    {
        var emails = await tx.QueryAsync($"""
            select i.id, p.email_key
            from flow_instances i
            join prospects p on p.company_id = i.company_id and p.id = i.prospect_id
            """, row => (Id: row.GetInt64(0), Email: row.TextOrNull(1)), default);
        var runs = (await new RunStore(tx).ListAfterAsync(world.Team.CompanyId, long.MinValue, 10_000, default)).ToDictionary(run => run.Id);
        return emails.ToDictionary(one => one.Id, one => (one.Email, runs[one.Id]));
    }
}
