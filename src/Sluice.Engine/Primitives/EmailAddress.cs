namespace Sluice.Engine.Primitives;

/// <summary>The shape of an e-mail address, no more: whether anybody reads it is not for a parser to say.</summary>
internal static class EmailAddress
{
    private const int MaxLength = 254; // RFC 5321

    private static readonly System.Buffers.SearchValues<char> Never = System.Buffers.SearchValues.Create("<>(),;:\\\"[]\u007f");

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        return text.Length <= MaxLength
            && at > 0
            && at == text.LastIndexOf('@')
            && at < text.Length - 1
            && !text.ContainsAnyInRange('\0', ' ')
            && !text.ContainsAny(Never)
            && text[at + 1] != '.'
            && text[^1] != '.';
    }

    /// <summary>How addresses are compared: without regard to case.</summary>
    public static string Key(string email) => email.ToLowerInvariant();
}
