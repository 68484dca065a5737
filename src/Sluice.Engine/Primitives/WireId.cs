using System.Globalization;

namespace Sluice.Engine.Primitives;

/// <summary>Ids as the wire writes them: decimal digits of a signed 64-bit integer, in strings, because doubles round them.</summary>
internal static class WireId
{
    public static string Write(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null where it is no id: nothing has it then.</returns>
    public static long? Find(string text)
    {
        var isTooLarge = false;
        return TryParse(text, out var id, ref isTooLarge) ? id : null;
    }

    /// <param name="text">Digits, perhaps after a minus.</param>
    /// <param name="id">The id.</param>
    /// <param name="isTooLarge">Set where the digits say more than 64 bits hold: the original refuses that in another way [rec].</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long id, ref bool isTooLarge)
    {
        // Looked at before they are parsed: the framework's parser lets NULs follow.
        id = 0;
        var digits = text is ['-', ..] ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id))
        {
            return true;
        }

        isTooLarge = true;
        return false;
    }
}
