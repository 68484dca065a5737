using MailKit.Security;

namespace Sluice.Engine.Mailboxes;

/// <summary>A server for sending (SMTP) or for reading (IMAP), and how to talk to it.</summary>
internal sealed record MailHost(string Host, int Port, MailTls Tls);

/// <summary>How TLS begins. The database and the API write the names in lower case.</summary>
internal enum MailTls
{
    /// <summary>The connection begins in plain text and becomes secret before anything is said. Without TLS, nothing is said.</summary>
    StartTls,

    /// <summary>From the first byte.</summary>
    Implicit,

    /// <summary>Never. Only for servers on this machine.</summary>
    None,
}

internal static class MailTlsWords
{
    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<MailTls>().Select(Word)];

    public static string Word(this MailTls tls) => tls.ToString().ToLowerInvariant();

    public static SecureSocketOptions ToSocketOptions(this MailTls tls) => tls switch
    {
        MailTls.StartTls => SecureSocketOptions.StartTls,
        MailTls.Implicit => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    public static MailTls Read(string word) => Enum.Parse<MailTls>(word, ignoreCase: true);
}
