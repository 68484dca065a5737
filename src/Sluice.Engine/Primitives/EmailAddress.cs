using System.Text;

namespace Sluice.Engine.Primitives;

/// <summary>Checks the form of an e-mail address. Does not check whether the mailbox exists: a parser cannot know.</summary>
internal static class EmailAddress
{
    private const int MaxBytes = 254; // RFC 5321

    private static readonly System.Buffers.SearchValues<char> Never = System.Buffers.SearchValues.Create("<>(),;:\\\"[]\u007f");

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        return text.Length <= MaxBytes
            && Encoding.UTF8.GetByteCount(text) <= MaxBytes
            && at > 0
            && at == text.LastIndexOf('@')
            && at < text.Length - 1
            && !text.ContainsAnyInRange('\0', ' ')
            && !text.ContainsAny(Never)
            && text[at + 1] != '.'
            && text[^1] != '.';
    }

    /// <summary>The form in which addresses are compared, because case does not matter.</summary>
    public static string Key(string email) => email.ToLowerInvariant();
}
