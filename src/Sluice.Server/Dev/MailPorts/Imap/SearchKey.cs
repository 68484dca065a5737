using System.Globalization;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>What SEARCH looks for (RFC 3501, 6.4.4).</summary>
/// <param name="NeedsMail">Whether the mail must be loaded to say so.</param>
internal sealed record SearchKey(Func<SearchedMail, bool> Fits, bool NeedsMail = false)
{
    /// <summary>How deep keys may stand in one another: the reader calls itself.</summary>
    private const int MaxDepth = 50;

    /// <summary>Reads keys up to the end of the command; all of them must fit.</summary>
    public static SearchKey ReadAll(ImapParser parser)
    {
        var keys = new List<SearchKey> { Read(parser, 0) };
        while (!parser.IsAtEnd)
        {
            parser.Space();
            keys.Add(Read(parser, 0));
        }

        return All(keys);
    }

    private static SearchKey Read(ImapParser parser, int depth)
    {
        if (depth > MaxDepth)
        {
            throw ImapParser.Bad("The keys stand too deep in one another");
        }

        if (parser.IsAt('('))
        {
            return All(parser.List(() => Read(parser, depth + 1)));
        }

        return parser.IsAtSet && parser.Set() is { } set ? new(mail => set.Has(mail.Number, mail.LastNumber)) : ReadWord(parser, parser.Word(), depth);
    }

    private static SearchKey ReadWord(ImapParser parser, string word, int depth) => word switch
    {
        "ALL" or "OLD" or "UNKEYWORD" or "KEYWORD" or "NEW" or "RECENT" => ReadConstant(parser, word),
        "ANSWERED" => Of(MailFlags.Answered),
        "DELETED" => Of(MailFlags.Deleted),
        "DRAFT" => Of(MailFlags.Draft),
        "FLAGGED" => Of(MailFlags.Flagged),
        "SEEN" => Of(MailFlags.Seen),
        "UNANSWERED" => Not(Of(MailFlags.Answered)),
        "UNDELETED" => Not(Of(MailFlags.Deleted)),
        "UNDRAFT" => Not(Of(MailFlags.Draft)),
        "UNFLAGGED" => Not(Of(MailFlags.Flagged)),
        "UNSEEN" => Not(Of(MailFlags.Seen)),
        "BCC" or "CC" or "FROM" or "SUBJECT" or "TO" => WithText(parser, (mail, text) => mail.HasField(word, text)),
        "BODY" => WithText(parser, (mail, text) => mail.HasText(text)),
        "TEXT" => WithText(parser, (mail, text) => mail.HasHeader(text) || mail.HasText(text)),
        "HEADER" => ReadHeader(parser),
        "LARGER" => WithNumber(parser, (mail, size) => mail.Mail.Raw.Length > size),
        "SMALLER" => WithNumber(parser, (mail, size) => mail.Mail.Raw.Length < size),
        "BEFORE" => WithDay(parser, (mail, day) => mail.Arrived < day),
        "ON" => WithDay(parser, (mail, day) => mail.Arrived == day),
        "SINCE" => WithDay(parser, (mail, day) => mail.Arrived >= day),
        "SENTBEFORE" => WithDay(parser, (mail, day) => mail.Written < day) with { NeedsMail = true },
        "SENTON" => WithDay(parser, (mail, day) => mail.Written == day) with { NeedsMail = true },
        "SENTSINCE" => WithDay(parser, (mail, day) => mail.Written >= day) with { NeedsMail = true },
        "UID" => ReadUid(parser),
        "NOT" => Not(Next(parser, depth)),
        "OR" => Either(Next(parser, depth), Next(parser, depth)),
        _ => throw ImapParser.Bad("SEARCH knows no such key"),
    };

    private static SearchKey Next(ImapParser parser, int depth)
    {
        parser.Space();
        return Read(parser, depth + 1);
    }

    private static SearchKey All(List<SearchKey> keys) => new(mail => keys.TrueForAll(key => key.Fits(mail)), keys.Exists(key => key.NeedsMail));

    private static SearchKey Not(SearchKey key) => key with { Fits = mail => !key.Fits(mail) };

    private static SearchKey Either(SearchKey one, SearchKey other) => new(mail => one.Fits(mail) || other.Fits(mail), one.NeedsMail || other.NeedsMail);

    private static SearchKey Of(MailFlags flag) => new(mail => mail.Has(flag));

    /// <summary>There are no keywords, and no message is ever called recent.</summary>
    private static SearchKey ReadConstant(ImapParser parser, string word)
    {
        if (word is "KEYWORD" or "UNKEYWORD")
        {
            parser.Space();
            parser.Flag();
        }

        return new(_ => word is "ALL" or "OLD" or "UNKEYWORD");
    }

    private static SearchKey ReadHeader(ImapParser parser)
    {
        parser.Space();
        var name = parser.Text();
        return WithText(parser, (mail, text) => mail.HasField(name, text));
    }

    private static SearchKey ReadUid(ImapParser parser)
    {
        parser.Space();
        var set = parser.Set();
        return new(mail => set.Has(mail.Entry.Uid, mail.LastUid));
    }

    private static SearchKey WithText(ImapParser parser, Func<SearchedMail, string, bool> fits)
    {
        parser.Space();
        var text = parser.Text();
        return new(mail => fits(mail, text), NeedsMail: true);
    }

    private static SearchKey WithNumber(ImapParser parser, Func<SearchedMail, uint, bool> fits)
    {
        parser.Space();
        var number = parser.Number();
        return new(mail => fits(mail, number), NeedsMail: true);
    }

    private static SearchKey WithDay(ImapParser parser, Func<SearchedMail, DateOnly, bool> fits)
    {
        parser.Space();
        return DateOnly.TryParseExact(parser.Text(), "d-MMM-yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new(mail => fits(mail, day))
            : throw ImapParser.Bad("A day is written as 2-Nov-2026");
    }
}
