namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>One thing that FETCH asks of a message.</summary>
/// <param name="Name">As the answer names it.</param>
/// <param name="Section">Which bytes are asked for; null: none.</param>
/// <param name="IsReading">Whether to answer means that the message has been read.</param>
internal sealed record FetchItem(string Name, BodySection? Section = null, bool IsReading = false)
{
    public const string Uid = "UID";
    public const string Flags = "FLAGS";
    public const string Date = "INTERNALDATE";
    public const string Size = "RFC822.SIZE";
    public const string Envelope = "ENVELOPE";
    public const string Body = "BODY";
    public const string Structure = "BODYSTRUCTURE";

    private const int MaxItems = 50;

    /// <summary>The first byte that is asked for; null: all are.</summary>
    public uint? From { get; init; }

    public uint Length { get; init; }

    /// <summary>Whether it can be answered only from the mail itself, which has to be loaded.</summary>
    public bool NeedsMail => Name is not (Uid or Flags or Date);

    /// <summary>Reads one item, a macro, or a list of items.</summary>
    public static List<FetchItem> ReadAll(ImapParser parser)
    {
        var items = parser.IsAt('(') ? parser.List(() => Read(parser, parser.Word())) : ReadOne(parser);
        return items.Count is > 0 and <= MaxItems ? items : throw ImapParser.Bad($"There should be 1 to {MaxItems} items");
    }

    /// <summary>The bytes of a section that are asked for.</summary>
    public ReadOnlySpan<byte> Cut(byte[] bytes)
    {
        var from = (int)Math.Min(From ?? 0, (uint)bytes.Length);
        return bytes.AsSpan(from, From is null ? bytes.Length : (int)Math.Min(Length, (uint)(bytes.Length - from)));
    }

    private static List<FetchItem> ReadOne(ImapParser parser) => parser.Word() switch
    {
        "FAST" => [new(Flags), new(Date), new(Size)],
        "ALL" => [new(Flags), new(Date), new(Size), new(Envelope)],
        "FULL" => [new(Flags), new(Date), new(Size), new(Envelope), new(Body)],
        var word => [Read(parser, word)],
    };

    private static FetchItem Read(ImapParser parser, string word) => word switch
    {
        Uid or Flags or Date or Size or Envelope or Structure => new(word),
        "RFC822" => new(word, BodySection.Whole, IsReading: true),
        "RFC822.HEADER" => new(word, BodySection.HeaderOnly),
        "RFC822.TEXT" => new(word, BodySection.TextOnly, IsReading: true),
        "BODY" when !parser.IsAt('[') => new(Body),
        "BODY" or "BODY.PEEK" when parser.TryTake('[') => ReadSection(parser, isReading: word == "BODY"),
        _ => throw ImapParser.Bad("FETCH knows no such item"),
    };

    private static FetchItem ReadSection(ImapParser parser, bool isReading)
    {
        var section = BodySection.Read(parser);
        if (!parser.TryTake('<'))
        {
            return new FetchItem($"BODY[{section}]", section, isReading);
        }

        var from = parser.Number();
        parser.Expect('.');
        var length = parser.Number();
        parser.Expect('>');
        return new FetchItem($"BODY[{section}]<{from}>", section, isReading) { From = from, Length = length };
    }
}
