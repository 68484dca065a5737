namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>The flags of a message that a client may set. Others are left out: the answer says which there are.</summary>
[Flags]
internal enum MailFlags
{
    None = 0,
    Answered = 1,
    Flagged = 2,
    Deleted = 4,
    Seen = 8,
    Draft = 16,
}

internal static class MailFlagWords
{
    private static readonly MailFlags[] Each = [MailFlags.Answered, MailFlags.Flagged, MailFlags.Deleted, MailFlags.Seen, MailFlags.Draft];

    public static readonly string All = Write((MailFlags)31);

    public static string Write(MailFlags flags) => $"({string.Join(' ', Each.Where(one => flags.HasFlag(one)).Select(one => $"\\{one}"))})";

    public static MailFlags Read(IEnumerable<string> words) => words.Aggregate(MailFlags.None, (all, word) => all | Each.FirstOrDefault(one => $"\\{one}".Equals(word, StringComparison.OrdinalIgnoreCase)));
}
