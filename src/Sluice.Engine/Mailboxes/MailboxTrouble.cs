namespace Sluice.Engine.Mailboxes;

/// <summary>Why a mailbox does not work. Events and metrics have it as one word.</summary>
internal enum MailboxTrouble
{
    /// <summary>The server cannot be reached, or does not do its work.</summary>
    Server,

    /// <summary>The provider gives no access token by this grant any more.</summary>
    Grant,

    /// <summary>The server refuses the login.</summary>
    Login,

    /// <summary>We refuse the server's certificate.</summary>
    Certificate,

    /// <summary>The server refused several mails in a row because of the sender or the text, so the sender's mail is held.</summary>
    Held,

    /// <summary>Too many recipients have complained about the last mails, so the sender's mail is held until a person resumes the mailbox.</summary>
    Complaints,
}

internal static class MailboxTroubles
{
    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<MailboxTrouble>().Select(Word)];

    public static string Word(this MailboxTrouble trouble) => trouble.ToString().ToLowerInvariant();
}
