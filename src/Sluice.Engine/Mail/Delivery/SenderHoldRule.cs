namespace Sluice.Engine.Mail.Delivery;

/// <summary>Decides for how long a sender's mail is held after refusals that speak of the sender or the text. More such mail makes the mail server's opinion worse.</summary>
internal static class SenderHoldRule
{
    private const int Patience = 3;

    private static readonly TimeSpan First = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <param name="inARow">How many mails were refused since the last one that was accepted.</param>
    /// <returns>1, 2, 4, … at most 24 hours; null: no hold yet.</returns>
    public static TimeSpan? After(int inARow) => inARow < Patience ? null
        : inARow - Patience > 4 ? Longest
        : First * (1 << (inARow - Patience));
}
