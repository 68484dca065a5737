using System.Globalization;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Numbers of messages, such as <c>1:3,7,9:*</c>.</summary>
internal sealed class SequenceSet
{
    private readonly List<(uint From, uint To)> _ranges = [];

    /// <summary>Whether a number is in the set.</summary>
    /// <param name="last">What <c>*</c> stands for: the largest number that is in use.</param>
    public bool Has(uint number, uint last) => _ranges.Exists(range =>
    {
        var (one, other) = (range.From == uint.MaxValue ? last : range.From, range.To == uint.MaxValue ? last : range.To);
        return number >= Math.Min(one, other) && number <= Math.Max(one, other);
    });

    public static SequenceSet Read(string text)
    {
        var set = new SequenceSet();
        foreach (var part in text.Split(','))
        {
            var (from, to) = part.Split(':') switch
            {
                [var one] => (Number(one), Number(one)),
                [var one, var other] => (Number(one), Number(other)),
                _ => throw ImapParser.Bad("A range has two ends"),
            };
            set._ranges.Add((from, to));
        }

        return set;
    }

    private static uint Number(string text) => text == "*" ? uint.MaxValue
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < uint.MaxValue ? number
        : throw ImapParser.Bad("There should be the number of a message");
}
