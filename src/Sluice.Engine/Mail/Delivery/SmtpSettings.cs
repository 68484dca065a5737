using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Web;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Which mail server, and how to talk to it. A class and not a record, which would print the password.</summary>
internal sealed class SmtpSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required SmtpTls Tls { get; init; }

    public NetworkCredential? Credential { get; init; }

    /// <summary>Null: those that the machine trusts.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>To connect, for each answer, and for each write.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the answer to a whole mail: servers look into it first.</summary>
    public TimeSpan LastPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// <c>smtp://user@host:587</c>: STARTTLS, or nothing is sent. <c>smtps://</c>: TLS from the first byte. <c>?tls=none</c>: only to this
    /// machine. <c>?ca=file</c>: trusts what these certificates have signed instead of what the machine trusts.
    /// </summary>
    /// <param name="url">As given.</param>
    /// <param name="password">Where the URL has none.</param>
    /// <param name="fault">What is wrong with it, without a secret.</param>
    public static SmtpSettings? Read(string url, string? password, out string? fault)
    {
        fault = null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps") || uri.Host.Length == 0)
        {
            fault = "The mail server is a URL such as smtp://user@mail.example.com:587, or smtps:// for TLS from the first byte.";
            return null;
        }

        var options = HttpUtility.ParseQueryString(uri.Query);
        var isBare = options["tls"] == "none";
        if (isBare && !uri.IsLoopback)
        {
            fault = "Mail goes without TLS to this machine only: tls=none needs a host such as localhost.";
            return null;
        }

        return new SmtpSettings
        {
            Host = uri.IdnHost.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : uri.Scheme == "smtps" ? 465 : 587,
            Tls = isBare ? SmtpTls.None : uri.Scheme == "smtps" ? SmtpTls.Implicit : SmtpTls.StartTls,
            Credential = ReadCredential(uri.UserInfo, password),
            Roots = options["ca"] is { } file ? ReadRoots(file) : null,
        };
    }

    private static NetworkCredential? ReadCredential(string userInfo, string? password)
    {
        var parts = userInfo.Split(':', 2);
        return parts[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : password ?? "");
    }

    private static X509Certificate2Collection ReadRoots(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return roots;
    }
}

internal enum SmtpTls
{
    StartTls,
    Implicit,
    None,
}
