using System.IO.Enumeration;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>The folders of each login: what has come to the address, and what the address has sent.</summary>
internal static class FolderNames
{
    public const string Inbox = "INBOX";
    public const string Sent = "Sent";

    /// <returns>Whether the folder is the one of sent mail; null: there is no such folder.</returns>
    public static bool? IsSent(string name) => name.Equals(Inbox, StringComparison.OrdinalIgnoreCase) ? false : name.Equals(Sent, StringComparison.OrdinalIgnoreCase) ? true : null;

    /// <summary>Writes the folders that fit a pattern, in which <c>*</c> and <c>%</c> stand for anything.</summary>
    /// <param name="onlySpecial">Whether only folders with a special use are asked for (RFC 6154).</param>
    public static void Write(MailConnection client, string command, string pattern, bool onlySpecial)
    {
        if (pattern.Length == 0)
        {
            client.WriteLine($"* {command} (\\Noselect) \"/\" \"\"");
            return;
        }

        foreach (var (name, uses) in ((string, string)[])[(Inbox, ""), (Sent, " \\Sent")])
        {
            if (FileSystemName.MatchesSimpleExpression(pattern.Replace('%', '*'), name) && (uses.Length > 0 || !onlySpecial))
            {
                client.WriteLine($"* {command} (\\HasNoChildren{uses}) \"/\" \"{name}\"");
            }
        }
    }
}
