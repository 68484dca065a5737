using System.Globalization;
using System.Text;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Writes values in the forms of IMAP (RFC 3501, 9).</summary>
internal static class ImapText
{
    /// <summary>Writes a text in quotes or, where quotes cannot hold it, as a literal; NIL if there is none.</summary>
    public static void WriteText(this MailConnection client, string? text)
    {
        if (text is null)
        {
            client.Write("NIL");
        }
        else if (text.All(sign => sign is >= ' ' and < '\u007f'))
        {
            client.Write(Quote(text));
        }
        else
        {
            client.WriteLiteral(Encoding.UTF8.GetBytes(text.Replace('\0', ' ')));
        }
    }

    public static void WriteLiteral(this MailConnection client, ReadOnlySpan<byte> bytes)
    {
        client.Write($"{{{bytes.Length}}}\r\n");
        client.Write(bytes);
    }

    /// <summary>Writes a list, or NIL if it is empty.</summary>
    public static void WriteList<T>(this MailConnection client, IReadOnlyList<T> items, Action<T> write, string between = "")
    {
        client.Write(items.Count == 0 ? "NIL" : "(");
        foreach (var (at, item) in items.Index())
        {
            client.Write(at == 0 ? "" : between);
            write(item);
        }

        client.Write(items.Count == 0 ? "" : ")");
    }

    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>When the mail came in, as INTERNALDATE.</summary>
    public static string Date(DateTimeOffset at) => Quote(at.UtcDateTime.ToString("dd-MMM-yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
}
