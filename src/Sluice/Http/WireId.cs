using System.Globalization;

namespace Sluice.Http;

/// <summary>Ids as the wire writes them: decimal digits of a signed 64-bit integer, in strings, because doubles round them.</summary>
internal static class WireId
{
    public static string Write(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <param name="text">Digits, perhaps after a minus.</param>
    /// <param name="id">The id.</param>
    /// <param name="isTooLarge">Set where the digits say more than 64 bits hold: the original refuses that in another way [rec].</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long id, ref bool isTooLarge)
    {
        // .NET forgives a plus, and NULs after the last digit.
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id) && text[0] != '+' && text[^1] != '\0')
        {
            return true;
        }

        var digits = text is ['-', ..] ? text[1..] : text;
        isTooLarge |= digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9');
        return false;
    }
}
