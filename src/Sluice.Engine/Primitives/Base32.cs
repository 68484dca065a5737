using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sluice.Engine.Primitives;

/// <summary>Writes bytes as capital letters and digits (RFC 4648, 6), without padding.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var one in bytes)
        {
            (bits, count) = ((bits << 8) | one, count + 8);
            for (; count >= 5; count -= 5)
            {
                text.Append(Alphabet[(bits >> (count - 5)) & 31]);
            }

            bits &= (1 << count) - 1;
        }

        return count == 0 ? text.ToString() : text.Append(Alphabet[(bits << (5 - count)) & 31]).ToString();
    }

    /// <returns>False: this is not what <see cref="Encode"/> writes. Only one text stands for the same bytes.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[text.Length * 5 / 8];
        var (bits, count, at) = (0, 0, 0);
        foreach (var letter in text)
        {
            (bits, count) = ((bits << 5) | Alphabet.IndexOf(letter, StringComparison.Ordinal), count + 5);
            if (bits < 0)
            {
                bytes = null;
                return false;
            }

            if (count >= 8)
            {
                bytes[at++] = (byte)(bits >> (count - 8));
                count -= 8;
                bits &= (1 << count) - 1;
            }
        }

        bytes = bits == 0 && count < 5 ? bytes : null;
        return bytes is not null;
    }
}
