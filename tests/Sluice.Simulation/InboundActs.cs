using Sluice.Engine.Mail.Intake;

namespace Sluice.Simulation;

/// <summary>Sends messages from prospects who got mail: new, late or repeated; matched by the thread or only by the address.</summary>
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

        var sent = await world.Db.QueryAsync($"select message_id, recipient from messages where sent_at is not null order by id", row => (Id: row.GetString(0), From: row.GetString(1)), default);
        if (sent.Count == 0)
        {
            return;
        }

        var (answered, from) = world.Pick(sent);
        var type = world.OneIn(2) ? InboundType.Reply : world.Pick(Types);
        var until = world.Clock.Now.AddDays(world.Faults.Random.Next(9));
        IReadOnlyList<string> thread = world.OneIn(4) ? [] : [answered];
        var message = new InboundMessage(type, $"in-{_messages++}", null, thread, thread.Count == 0 ? from : null, until, world.OneIn(3), null);
        _received.Add(message);
        await DeliverAsync(message, "");
    }

    private Task DeliverAsync(InboundMessage message, string how)
    {
        world.Faults.Record($"{how}{message.Type} to {(message.Thread.Count > 0 ? message.Thread[0] : message.Address)}");
        return world.DoAsync((worker, tx) => worker.Inbound.RunAsync(tx, message, world.By, default));
    }
}
