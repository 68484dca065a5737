namespace Sluice.Engine.Mailboxes;

/// <summary>The servers of a well-known provider, so that a person types an address and a password and nothing else.</summary>
/// <param name="Smtp">For sending.</param>
/// <param name="Imap">For reading.</param>
/// <param name="TokenUrl">Where access tokens are asked for; null: the provider takes app passwords.</param>
internal sealed record MailboxPreset(MailHost Smtp, MailHost Imap, string? TokenUrl = null)
{
    /// <summary>Where the owner of a mailbox consents, with what the provider wants to be asked so that it gives a refresh token; null: nowhere.</summary>
    public string? ConsentUrl { get; private init; }

    /// <summary>The scope to consent to: sending and reading.</summary>
    public string? Scope { get; private init; }

    /// <summary>Presets by name, as the providers document their servers.</summary>
    public static readonly IReadOnlyDictionary<string, MailboxPreset> ByName = new Dictionary<string, MailboxPreset>(StringComparer.Ordinal)
    {
        ["google"] = Of("smtp.gmail.com", "imap.gmail.com", "https://oauth2.googleapis.com/token") with
        {
            ConsentUrl = "https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent",
            Scope = "https://mail.google.com/",
        },
        ["microsoft"] = Of("smtp.office365.com", "outlook.office365.com", "https://login.microsoftonline.com/organizations/oauth2/v2.0/token") with
        {
            ConsentUrl = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize",
            Scope = "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        },
        ["fastmail"] = new(new("smtp.fastmail.com", 465, MailTls.Implicit), new("imap.fastmail.com", 993, MailTls.Implicit)),
        ["icloud"] = Of("smtp.mail.me.com", "imap.mail.me.com"),
    };

    private static MailboxPreset Of(string smtp, string imap, string? tokenUrl = null) => new(new(smtp, 587, MailTls.StartTls), new(imap, 993, MailTls.Implicit), tokenUrl);
}
