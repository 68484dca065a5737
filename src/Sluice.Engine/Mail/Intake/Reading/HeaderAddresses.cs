using System.Text;
using MimeKit;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Reads the addresses of a header field, with names, comments, groups and encoded words around them.</summary>
internal static class HeaderAddresses
{
    private const int MaxBytes = 64 * 1024;

    /// <returns>Empty: it holds none.</returns>
    public static List<string> Read(string? text) => Read(Encoding.UTF8.GetBytes(text ?? ""));

    /// <param name="raw">The field before its encoded words are decoded: a decoded name may hold a comma.</param>
    public static List<string> Read(byte[] raw)
    {
        if (raw.Length is 0 or > MaxBytes)
        {
            return [];
        }

        var found = InternetAddressList.TryParse(MimeOptions.Parser, raw, out var list) ? list.Mailboxes.Select(mailbox => EmailAddress.Read(mailbox.Address ?? "")).OfType<string>().ToList() : [];
        return found.Count == 0 && EmailAddress.ReadFromHeader(Encoding.UTF8.GetString(raw)) is { } simple ? [simple] : found;
    }
}
