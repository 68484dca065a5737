using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Makes and checks credentials: <c>prefix</c> + 43 characters (256 random bits) + 6 characters of checksum. The prefix lets secret
/// scanners find a leaked credential. The checksum lets the server refuse a mistyped one without asking the database.
/// </summary>
internal static class Secret
{
    public const string AccessKeyPrefix = "slk_";
    public const string SecretPrefix = "sls_";
    public const string TokenPrefix = "slt_";
    public const string ClientIdPrefix = "sli_";
    public const string CodePrefix = "slc_";
    public const string AccessTokenPrefix = "slo_";
    public const string RefreshTokenPrefix = "slr_";
    public const string InvitePrefix = "slj_";
    public const string SessionPrefix = "sln_";

    private const int PrefixLength = 4;
    private const int RandomLength = 43;
    private const int ChecksumLength = 6;
    private const int Length = PrefixLength + RandomLength + ChecksumLength;
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string New(string prefix) => AppendChecksum(prefix + RandomNumberGenerator.GetString(Letters, RandomLength));

    /// <summary>Makes the same credential for the same phrase. Only for the published keys of <c>sluice dev</c>.</summary>
    public static string FromPhrase(string prefix, string phrase) => AppendChecksum(prefix + EncodeLetters(SHA512.HashData(Encoding.UTF8.GetBytes(prefix + phrase)), RandomLength));

    public static bool HasValidChecksum(ReadOnlySpan<char> text, string prefix) =>
        text.Length == Length
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text[^ChecksumLength..].SequenceEqual(Checksum(text[..^ChecksumLength]));

    /// <summary>Makes the hash that is stored. Plain SHA-256 is enough: 256 random bits cannot be guessed, so a slow hash adds nothing.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string AppendChecksum(string text) => text + Checksum(text);

    private static string Checksum(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return EncodeLetters(hash, ChecksumLength);
    }

    private static string EncodeLetters(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> letters = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            letters[i] = Letters[bytes[i % bytes.Length] % Letters.Length];
        }

        return new string(letters);
    }
}
