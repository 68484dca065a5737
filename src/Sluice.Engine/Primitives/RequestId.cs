using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sluice.Engine.Primitives;

/// <summary>Makes the id of a request: 96 random bits in base 36, lower case, 18 or 19 characters, e.g. <c>4al018gzaztcr8nbukw</c> [seed].</summary>
internal static class RequestId
{
    private const int MinLength = 18;
    private const int DigitsAtOnce = 6;
    private const ulong SixDigits = 2_176_782_336; // 36 to the power of 6: the largest power of 36 whose remainders fit in 32 bits

    public static string New()
    {
        Span<byte> random = stackalloc byte[12];
        Span<char> digits = stackalloc char[24];
        while (true)
        {
#pragma warning disable RS0030 // Randomness is allowed in Sluice.Ids. A request id is no secret, so the fast generator is enough.
            Random.Shared.NextBytes(random);
#pragma warning restore RS0030
            var text = Write(random, digits);
            if (text.Length >= MinLength)
            {
                return new string(text); // One draw in three hundred is too short, and is drawn again.
            }
        }
    }

    /// <summary>Makes the request id that belongs to an id, for a server whose every id follows from what it was asked. Two ids have different ones.</summary>
    public static string Of(long id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes]; // The rest of it is zeros.
        Span<char> digits = stackalloc char[24];
        BinaryPrimitives.WriteInt64BigEndian(hash, id);
        while (true)
        {
            SHA256.HashData(hash, hash);
            var text = Write(hash, digits);
            if (text.Length >= MinLength)
            {
                return new string(text); // As above: one in three hundred is too short, and the next one is taken.
            }
        }
    }

    private static ReadOnlySpan<char> Write(ReadOnlySpan<byte> random, Span<char> digits)
    {
        Span<uint> number =
        [
            BinaryPrimitives.ReadUInt32LittleEndian(random),
            BinaryPrimitives.ReadUInt32LittleEndian(random[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(random[8..]),
        ];
        for (var at = digits.Length; at > 0; at -= DigitsAtOnce)
        {
            var six = DivideBySixDigits(number);
            for (var i = 1; i <= DigitsAtOnce; i++, six /= 36)
            {
                digits[at - i] = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(six % 36)];
            }
        }

        return digits.TrimStart('0');
    }

    private static ulong DivideBySixDigits(Span<uint> number)
    {
        ulong rest = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var part = (rest << 32) | number[i];
            number[i] = (uint)(part / SixDigits);
            rest = part % SixDigits;
        }

        return rest;
    }
}
