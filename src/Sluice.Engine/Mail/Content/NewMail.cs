using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>Makes the row of a mail that is to leave as soon as it may.</summary>
internal static class NewMail
{
    /// <param name="stepId">Of an answer: <see cref="Message.NoStep"/>.</param>
    /// <param name="inReplyTo">Null: it starts a thread.</param>
    public static Message Of(IdMaker ids, Run run, long stepId, int attempt, User sender, string recipient, string subject, string body, string? inReplyTo, DateTimeOffset now)
    {
        var (id, address) = (ids.Next(), sender.SenderAddress ?? sender.Email);
        var wire = WireAddress.Of(address); // A Message-ID is ASCII.
        var messageId = $"{WireId.Write(id)}@{wire[(wire.LastIndexOf('@') + 1)..]}";
        return new Message(
            run.CompanyId, id, run.Id, run.ProspectId, stepId, attempt, sender.Id, address, sender.FullName, recipient,
            subject, body, messageId, inReplyTo, MessageState.Queued, now, now);
    }
}
