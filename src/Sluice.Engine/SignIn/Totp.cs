using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.SignIn;

/// <summary>Makes and checks the codes of an authenticator (RFC 6238): six digits, half a minute, SHA-1, which is what all of them speak.</summary>
internal static class Totp
{
    private const int SecretBytes = 20;
    private const int Seconds = 30;
    private const int RecoveryCodes = 10;
    private const int RecoveryLength = 10;

    /// <summary>Letters and digits that nobody mistakes for each other.</summary>
    private const string RecoveryLetters = "23456789abcdefghjkmnpqrstuvwxyz";

    /// <returns>A new secret, in base 32.</returns>
    public static string NewSecret() => Base32.Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The address that an authenticator reads from a QR code or a link.</summary>
    public static string Uri(string secret, string account, string issuer) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={secret}&issuer={System.Uri.EscapeDataString(issuer)}";

    /// <summary>Checks a code against this half minute, the one before and the one after: clocks differ.</summary>
    /// <param name="lastStep">The time step of the last code that was taken: that code and older ones are refused.</param>
    /// <returns>The time step of the code; null: it is wrong.</returns>
    public static long? FindStep(string secret, string code, DateTimeOffset now, long lastStep)
    {
        var step = now.ToUnixTimeSeconds() / Seconds;
        var given = Encoding.UTF8.GetBytes(code.Replace(" ", "", StringComparison.Ordinal));
        for (var tried = Math.Max(step - 1, lastStep + 1); tried <= step + 1; tried++)
        {
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(CodeAt(secret, tried))))
            {
                return tried;
            }
        }

        return null;
    }

    public static string CodeAt(string secret, DateTimeOffset time) => CodeAt(secret, time.ToUnixTimeSeconds() / Seconds);

    public static IReadOnlyList<string> NewRecoveryCodes() => [.. Enumerable.Range(0, RecoveryCodes).Select(_ => RandomNumberGenerator.GetString(RecoveryLetters, RecoveryLength))];

    /// <summary>Writes a recovery code as it is compared: people add spaces, dashes and capitals.</summary>
    public static string PlainRecoveryCode(string typed) => typed.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static string CodeAt(string secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238 with SHA-1 is the only kind that every authenticator knows; HMAC does not need a hash without collisions.
        HMACSHA1.HashData(Decode(secret), counter, hash);
#pragma warning restore CA5350
        var number = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string secret) => Base32.TryDecode(secret, out var bytes) ? bytes : throw new FormatException("The secret of an authenticator is not base 32");
}
