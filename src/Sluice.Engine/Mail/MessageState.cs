namespace Sluice.Engine.Mail;

internal enum MessageState
{
    Queued,

    /// <summary>Waits because its instance is paused.</summary>
    Held,

    /// <summary>Claimed by a worker. Committed before any network traffic: from here on the mail may have been sent.</summary>
    Sending,
    Sent,
    Cancelled,
    Failed,

    /// <summary>Nobody knows whether the mail was sent: its worker died, or the mail server's answer was lost. Never sent again automatically.</summary>
    Uncertain,
}

/// <summary>Maps each state to the word that the database stores and <c>/sluice/v1</c> shows.</summary>
internal static class MessageStates
{
    private static readonly (MessageState State, string Word)[] Words =
    [
        (MessageState.Queued, "queued"),
        (MessageState.Held, "held"),
        (MessageState.Sending, "sending"),
        (MessageState.Sent, "sent"),
        (MessageState.Cancelled, "cancelled"),
        (MessageState.Failed, "failed"),
        (MessageState.Uncertain, "uncertain"),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Words.Select(one => one.Word)];

    public static string Word(MessageState state) => Words.Single(one => one.State == state).Word;

    public static MessageState Read(string word) => Words.Single(one => one.Word == word).State;
}
