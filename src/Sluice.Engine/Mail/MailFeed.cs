using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail;

/// <summary>Makes the events of the feed out of mail that left, that failed, or of which nobody knows whether it left.</summary>
internal static class MailFeed
{
    /// <param name="message">As it was before; as it is now if nobody has read it before.</param>
    /// <param name="state">What has become of it.</param>
    /// <param name="reason">One word; null: there is nothing to say.</param>
    /// <param name="by">Null: the engine.</param>
    public static Event Of(Message message, MessageState state, string? reason, IdMaker ids, EventActor? by, DateTimeOffset now) =>
        new(message.CompanyId, ids.Next(), TypeOf(state), now, new EventData
        {
            MessageId = WireId.Write(message.Id),
            OwnerId = WireId.Write(message.SenderId),
            StepId = message.IsAnswer ? null : WireId.Write(message.StepId),
            OldStatus = message.State == state ? null : MessageStates.Word(message.State),
            Status = MessageStates.Word(state),
            Reason = reason,
            Actor = by,
        })
        {
            FlowInstanceId = message.FlowInstanceId,
            ProspectId = message.ProspectId,
        };

    private static string TypeOf(MessageState state) => state switch
    {
        MessageState.Sent => EventTypes.MessageSent,
        MessageState.Failed => EventTypes.MessageFailed,
        MessageState.Uncertain => EventTypes.MessageUncertain,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
