namespace Sluice.Server.Dev.MailPorts.Connections;

/// <summary>
/// Knows the first line of an HTTP request. A web page may make a browser send one to any port of this machine, with commands of SMTP or IMAP in its
/// body: such a session ends at its first line.
/// </summary>
internal static class HttpGuard
{
    private static readonly HashSet<string> Methods = new(StringComparer.OrdinalIgnoreCase) { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE" };

    public static bool IsHttp(string line) => line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at && Methods.Contains(line[..at]) && line.Contains("HTTP/", StringComparison.OrdinalIgnoreCase);
}
