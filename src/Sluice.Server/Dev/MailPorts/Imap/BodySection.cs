using System.Globalization;
using MimeKit;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>What stands between the brackets of <c>BODY[…]</c>: which part, and what of it.</summary>
/// <param name="Part">The numbers that lead to the part; empty: the whole message.</param>
/// <param name="What">HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or MIME; empty: all of it.</param>
/// <param name="Fields">The names of header fields.</param>
internal sealed record BodySection(IReadOnlyList<uint> Part, string What, IReadOnlyList<string> Fields)
{
    private const int MaxDepth = 40;

    public static readonly BodySection Whole = new([], "", []);
    public static readonly BodySection HeaderOnly = new([], "HEADER", []);
    public static readonly BodySection TextOnly = new([], "TEXT", []);

    /// <summary>Reads what follows the opening bracket, with the closing one.</summary>
    public static BodySection Read(ImapParser parser)
    {
        var (part, what, fields) = (new List<uint>(), "", new List<string>());
        if (!parser.IsAt(']'))
        {
            var words = parser.Word().Split('.');
            var numbers = words.Select(Number).TakeWhile(number => number is not null).Select(number => number!.Value).ToList();
            part.AddRange(numbers);
            what = string.Join('.', words[numbers.Count..]);
            if (part.Count > MaxDepth || !(what is "" or "HEADER" or "HEADER.FIELDS" or "HEADER.FIELDS.NOT" or "TEXT" || (what == "MIME" && part.Count > 0)))
            {
                throw ImapParser.Bad("There is no such section");
            }

            if (what.StartsWith("HEADER.", StringComparison.Ordinal))
            {
                parser.Space();
                fields = parser.List(parser.Text);
            }
        }

        parser.Expect(']');
        return new BodySection(part, what, fields);
    }

    public override string ToString() =>
        $"{string.Join('.', Part)}{(Part.Count > 0 && What.Length > 0 ? "." : "")}{What}{(What.StartsWith("HEADER.", StringComparison.Ordinal) ? $" ({string.Join(' ', Fields.Select(ImapText.Quote))})" : "")}";

    private static uint? Number(string word) => uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <returns>The bytes; null: the message has no such part.</returns>
    public byte[]? Find(ShownMail mail)
    {
        if (Part.Count == 0)
        {
            return OfMessage(mail.Raw);
        }

        var part = FindPart(mail.Message.Body);
        return What switch
        {
            "" => part is null ? null : MimeBytes.Content(part),
            "MIME" => part is null ? null : MimeBytes.Header(part),
            _ => part is MessagePart { Message: { } inner } ? OfMessage(MimeBytes.Whole(inner)) : null,
        };
    }

    private byte[] OfMessage(byte[] message) => What switch
    {
        "" => message,
        "HEADER" => MimeBytes.Split(message).Header,
        "TEXT" => MimeBytes.Split(message).Text,
        _ => MimeBytes.Fields(MimeBytes.Split(message).Header, Fields, isOthers: What == "HEADER.FIELDS.NOT"),
    };

    /// <summary>A message with one part has it at 1; the numbers go on into a message that is a part.</summary>
    private MimeEntity? FindPart(MimeEntity? entity)
    {
        var isBody = true;
        foreach (var number in Part)
        {
            if (!isBody && entity is MessagePart inner)
            {
                (entity, isBody) = (inner.Message?.Body, true);
            }

            entity = entity is Multipart several ? several.ElementAtOrDefault((int)Math.Min(number, int.MaxValue) - 1) : isBody && number == 1 ? entity : null;
            isBody = false;
        }

        return entity;
    }
}
