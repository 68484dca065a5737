namespace Sluice.Engine.Mail.Delivery;

/// <summary>A status code of RFC 3463, such as 5.1.1.</summary>
/// <param name="Class">4: for now, 5: for good.</param>
/// <param name="Subject">What it speaks of: 1 the address, 2 the mailbox, 3 the mail system, 4 the network, 5 the protocol, 6 the content, 7 policy.</param>
internal sealed record EnhancedCode(int Class, int Subject, int Detail)
{
    private const int MaxSubject = 7;

    public override string ToString() => $"{Class}.{Subject}.{Detail}";

    /// <summary>
    /// Finds the codes of an answer. They should stand at the start of each line (RFC 2034); only if no line begins with one, codes anywhere else
    /// count. Versions of programs and IP addresses are no codes.
    /// </summary>
    public static IReadOnlyList<EnhancedCode> FindAll(IReadOnlyList<string> lines)
    {
        List<EnhancedCode> leading = [.. lines.Select(line => ReadAt(line, line.Length - line.TrimStart(" #[(<:\"'-\t".ToCharArray()).Length)).OfType<EnhancedCode>()];
        return leading.Count > 0 ? leading : [.. lines.SelectMany(Inside)];
    }

    private static IEnumerable<EnhancedCode> Inside(string line)
    {
        for (var at = 0; at < line.Length; at++)
        {
            if (!IsInsideWord(line, at) && ReadAt(line, at) is { } found)
            {
                yield return found;
            }
        }
    }

    /// <summary>Whether the sign belongs to a longer word, such as v5.1.1 or 127.4.1.1. The dash of 550-5.1.1 does not make it one.</summary>
    private static bool IsInsideWord(string line, int at) =>
        at > 0 && (char.IsAsciiLetterOrDigit(line[at - 1]) || line[at - 1] is '.' or '/' or '_' || (line[at - 1] == '-' && (at < 2 || !char.IsAsciiDigit(line[at - 2]))));

    /// <returns>Null: no code begins here.</returns>
    private static EnhancedCode? ReadAt(string line, int at)
    {
        if (at >= line.Length || line[at] is not ('4' or '5') || !IsDot(line, at + 1))
        {
            return null;
        }

        var (subject, next) = ReadNumber(line, at + 2);
        if (subject is null or > MaxSubject || !IsDot(line, next))
        {
            return null;
        }

        var (detail, end) = ReadNumber(line, next + 1);
        var goesOn = end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || (IsDot(line, end) && end + 1 < line.Length && char.IsAsciiDigit(line[end + 1])));
        return detail is null || goesOn ? null : new EnhancedCode(line[at] - '0', subject.Value, detail.Value);
    }

    private static bool IsDot(string line, int at) => at < line.Length && line[at] == '.';

    /// <returns>A number of one to three digits and the index after it; null: there is none.</returns>
    private static (int? Number, int Next) ReadNumber(string line, int at)
    {
        var next = at;
        while (next < line.Length && char.IsAsciiDigit(line[next]))
        {
            next++;
        }

        return next - at is < 1 or > 3 ? (null, next) : (int.Parse(line.AsSpan(at, next - at), System.Globalization.CultureInfo.InvariantCulture), next);
    }
}
