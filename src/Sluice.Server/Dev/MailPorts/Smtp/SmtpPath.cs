using System.Globalization;

namespace Sluice.Server.Dev.MailPorts.Smtp;

/// <summary>What stands behind <c>MAIL FROM:</c> and <c>RCPT TO:</c>.</summary>
/// <param name="Address">Empty: the path is <c>&lt;&gt;</c>.</param>
/// <param name="Size">Of the mail, as the client says (RFC 1870); 0: it says nothing.</param>
internal sealed record SmtpPath(string Address, long Size)
{
    /// <returns>Null: it is not written as it should be. Other parameters than SIZE change nothing here.</returns>
    public static SmtpPath? Read(string text, string begins)
    {
        if (!text.StartsWith(begins, StringComparison.OrdinalIgnoreCase) || text[begins.Length..].TrimStart() is not ['<', ..] path || path.IndexOf('>', StringComparison.Ordinal) is not (> 0 and var end))
        {
            return null;
        }

        var address = path[1..end];
        return new SmtpPath(
            address.StartsWith('@') ? address[(address.IndexOf(':', StringComparison.Ordinal) + 1)..] : address, // A source route (RFC 5321, C).
            path[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadSize).FirstOrDefault(size => size > 0));
    }

    private static long ReadSize(string parameter) => parameter.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase)
        ? long.TryParse(parameter.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : long.MaxValue
        : 0;
}
