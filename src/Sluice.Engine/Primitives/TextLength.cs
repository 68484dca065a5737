using System.Globalization;
using System.Text;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Limits how long a text may be, in bytes of UTF-8, as the databases store it. A text that an index holds must have a limit: PostgreSQL refuses
/// an index entry of more than about 2,700 bytes, together with the statement that writes it.
/// </summary>
internal static class TextLength
{
    /// <returns>What follows the name of a field; null if the text is short enough.</returns>
    public static string? WhyTooLong(string text, int maxBytes) => Encoding.UTF8.GetByteCount(text) is var bytes && bytes > maxBytes
        ? string.Create(CultureInfo.InvariantCulture, $"should have at most {maxBytes:N0} bytes, not {bytes:N0}")
        : null;
}
