using System.Globalization;

namespace Sluice.Engine.Primitives;

/// <summary>Reads and writes ids as in JSON: the decimal digits of a signed 64-bit integer, in a string because a double would round it.</summary>
internal static class WireId
{
    public static string Write(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null when the text is not an id; then no object can have it.</returns>
    public static long? Find(string text)
    {
        var isTooLarge = false;
        return TryParse(text, out var id, ref isTooLarge) ? id : null;
    }

    /// <param name="text">Digits, optionally after a minus sign.</param>
    /// <param name="isTooLarge">Set to true when the number needs more than 64 bits: the imitated API refuses that differently [rec].</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long id, ref bool isTooLarge)
    {
        // Check the characters before parsing: the framework's parser accepts NULs at the end.
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
