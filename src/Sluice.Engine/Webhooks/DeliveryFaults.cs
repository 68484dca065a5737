namespace Sluice.Engine.Webhooks;

/// <summary>What may go wrong between a webhook and its receiver, which must be ready for it. Only <c>sluice dev</c> plans any.</summary>
internal enum DeliveryFault
{
    /// <summary>The event comes late.</summary>
    Late,

    /// <summary>The event comes twice.</summary>
    Duplicate,

    /// <summary>The event waits a moment, so that later ones overtake it; those of the same instance do not if the webhook is ordered.</summary>
    OutOfOrder,

    /// <summary>The receiver takes the event, and its answer never arrives: the event comes again.</summary>
    Lost,
}

/// <summary>A planned fault of the next delivery.</summary>
/// <param name="Delay">For <see cref="DeliveryFault.Late"/> and <see cref="DeliveryFault.OutOfOrder"/>, in real time.</param>
internal sealed record PlannedDeliveryFault(DeliveryFault Fault, TimeSpan Delay)
{
    /// <param name="send">Sends the request once.</param>
    public async Task<DeliveryAnswer> RunAsync(Func<Task<DeliveryAnswer>> send, CancellationToken ct)
    {
        await Task.Delay(Delay, TimeProvider.System, ct);
        var answer = await send();
        return Fault switch
        {
            DeliveryFault.Duplicate => await send(),
            DeliveryFault.Lost => answer with { Status = null, Text = null, Fault = "The answer is lost: a planned fault" },
            _ => answer,
        };
    }
}

/// <param name="Take">Takes the next fault that is planned for a company; null: there is none.</param>
internal sealed record DeliveryFaults(Func<long, PlannedDeliveryFault?> Take)
{
    public static readonly DeliveryFaults None = new(_ => null);
}
