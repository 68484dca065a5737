using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Web;
using Sluice.Engine.Mailboxes;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Names the mail server and how to talk to it. This is a class, because the <c>ToString</c> of a record would print the password.</summary>
internal sealed class SmtpSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailTls Tls { get; init; }

    public NetworkCredential? Credential { get; init; }

    /// <summary>Logs in by access tokens instead; null: by <see cref="Credential"/>, if there is one.</summary>
    public MailboxToken? Token { get; init; }

    /// <summary>Certificates to trust; null: those that the machine trusts.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>Time limit for connecting, for each answer and for each write.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time limit for the answer to a whole mail. It is longer, because mail servers inspect the mail first.</summary>
    public TimeSpan FinalReplyTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a stopping server waits for the answer to a whole mail: as long as it can before it is killed, because without the answer nobody knows.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a connection without mail is kept open.</summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The name in EHLO; null: the machine's name if that is a full one, else the address of the connection.</summary>
    public string? Helo { get; init; }

    public string MachineName { get; init; } = Dns.GetHostName();

    /// <summary>
    /// Reads a URL. <c>smtp://user@host:587</c> sends nothing without STARTTLS. <c>smtps://</c> uses TLS from the first byte. <c>?tls=none</c>
    /// uses no TLS and is allowed only to this machine. <c>?ca=file</c> trusts the certificates in the file instead of those that the machine trusts.
    /// </summary>
    /// <param name="password">Used if the URL has none.</param>
    /// <param name="helo">The name in EHLO.</param>
    /// <param name="fault">What is wrong with the URL; never contains the password.</param>
    public static SmtpSettings? Read(string url, string? password, out string? fault, string? helo = null)
    {
        fault = helo is null || HeloName.IsValid(helo) ? null : $"--smtp-helo takes a host name such as mail.example.com, or an address such as [192.0.2.1], not {helo}.";
        if (fault is not null)
        {
            return null;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps") || uri.Host.Length == 0)
        {
            fault = "The mail server must be a URL such as smtp://user@mail.example.com:587, or smtps://user@mail.example.com for TLS from the first byte.";
            return null;
        }

        var options = HttpUtility.ParseQueryString(uri.Query);
        var isBare = options["tls"] == "none";
        if (isBare && !uri.IsLoopback)
        {
            fault = "tls=none is allowed only for a mail server on this machine: use a host such as localhost, or remove tls=none.";
            return null;
        }

        var roots = options["ca"] is { } file ? ReadRoots(file, ref fault) : null;
        return fault is not null ? null : new SmtpSettings
        {
            Host = uri.IdnHost.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : uri.Scheme == "smtps" ? 465 : 587,
            Tls = isBare ? MailTls.None : uri.Scheme == "smtps" ? MailTls.Implicit : MailTls.StartTls,
            Credential = ReadCredential(uri.UserInfo, password),
            Roots = roots,
            Helo = helo,
        };
    }

    /// <summary>Whether the URL itself holds a password.</summary>
    public static bool HasPassword(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Split(':', 2) is [_, { Length: > 0 }];

    private static NetworkCredential? ReadCredential(string userInfo, string? password)
    {
        var parts = userInfo.Split(':', 2);
        return parts[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : password ?? "");
    }

    private static X509Certificate2Collection? ReadRoots(string file, ref string? fault)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            fault = $"ca={file} of the mail server cannot be read: {unreadable.Message}";
        }

        if (fault is null && roots.Count == 0)
        {
            fault = $"ca={file} of the mail server has no certificate in it: it must be a PEM file.";
        }

        return roots;
    }
}
