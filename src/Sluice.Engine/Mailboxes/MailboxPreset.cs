namespace Sluice.Engine.Mailboxes;

/// <summary>The servers of a well-known provider, so that a person types an address and a password and nothing else.</summary>
internal sealed record MailboxPreset(MailHost Smtp, MailHost Imap)
{
    /// <summary>Presets by name, as the providers document their servers.</summary>
    public static readonly IReadOnlyDictionary<string, MailboxPreset> ByName = new Dictionary<string, MailboxPreset>(StringComparer.Ordinal)
    {
        ["google"] = Of("smtp.gmail.com", "imap.gmail.com"),
        ["microsoft"] = Of("smtp.office365.com", "outlook.office365.com"),
        ["fastmail"] = new(new("smtp.fastmail.com", 465, MailTls.Implicit), new("imap.fastmail.com", 993, MailTls.Implicit)),
        ["icloud"] = Of("smtp.mail.me.com", "imap.mail.me.com"),
    };

    private static MailboxPreset Of(string smtp, string imap) => new(new(smtp, 587, MailTls.StartTls), new(imap, 993, MailTls.Implicit));
}
