using Sluice.Client;

namespace Sluice.Testing;

/// <summary>The mail that the flows of a world have sent. None of it leaves the process.</summary>
public sealed class WorldInbox
{
    private readonly SluiceWorld _world;

    internal WorldInbox(SluiceWorld world) => _world = world;

    /// <summary>Lists the mail that left, the newest first.</summary>
    public async Task<IReadOnlyList<FlowMessage>> ListAsync(CancellationToken ct = default) =>
        [.. (await _world.Control.ListMessagesAsync(ct: ct).ConfigureAwait(false)).Where(message => message.SentAt is not null)];

    /// <summary>Holds that a prospect has got a mail, now or after what is due now is done.</summary>
    /// <param name="prospect">The prospect.</param>
    /// <param name="subject">A part of the subject; null: any mail.</param>
    public async Task<FlowMessage> ShouldReceiveAsync(TestProspect prospect, string? subject = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(prospect);
        return await FindAsync(prospect, subject, ct).ConfigureAwait(false) ?? await FindLaterAsync(prospect, subject, ct).ConfigureAwait(false)
            ?? throw new SluiceAssertionException(
                $"{prospect.Name} <{prospect.Email}> has got no mail{(subject is null ? "" : $" with \"{subject}\" in its subject")}. {await DescribeAsync(ct).ConfigureAwait(false)}{await ExplainAsync(prospect, ct).ConfigureAwait(false)}");
    }

    internal Task<FlowMessage?> LastAsync(TestProspect prospect, CancellationToken ct) => FindAsync(prospect, null, ct);

    internal async Task<string> DescribeAsync(CancellationToken ct)
    {
        var mails = await ListAsync(ct).ConfigureAwait(false);
        return mails.Count == 0 ? "No mail has left." : $"The newest mails are: {string.Join("; ", mails.Take(5).Select(mail => $"\"{mail.Subject}\" to {mail.To}"))}.";
    }

    private async Task<FlowMessage?> FindLaterAsync(TestProspect prospect, string? subject, CancellationToken ct)
    {
        await _world.Clock.SettleAsync(ct).ConfigureAwait(false);
        return await FindAsync(prospect, subject, ct).ConfigureAwait(false);
    }

    private async Task<FlowMessage?> FindAsync(TestProspect prospect, string? subject, CancellationToken ct) => (await ListAsync(ct).ConfigureAwait(false)).FirstOrDefault(mail =>
        mail.To.Contains(prospect.Email, StringComparison.OrdinalIgnoreCase) && (subject is null || mail.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase)));

    private async Task<string> ExplainAsync(TestProspect prospect, CancellationToken ct)
    {
        var text = "";
        await foreach (var instance in _world.Client.ListAssignedFlowsAsync([prospect.CrmId], ct).ConfigureAwait(false))
        {
            text += $"\n{await _world.Run(instance.FlowInstanceId).ExplainAsync(ct).ConfigureAwait(false)}";
        }

        return text;
    }
}
