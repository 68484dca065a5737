using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Prospects;

/// <summary>An e-mail address, a phone number or a whole mail domain, in the form in which it is compared.</summary>
/// <param name="Text">
/// An e-mail address as <see cref="EmailAddress.Key"/> writes it, a phone number (the digits, after a leading plus if there is one), or a domain after
/// an at sign.
/// </param>
internal sealed record AddressKey(string Text, bool IsPhone)
{
    private const int MinDigits = 5;
    private const int MaxDigits = 20;
    private const int MaxPhone = 100;

    public static AddressKey OfEmail(string email) => new(EmailAddress.Key(email), IsPhone: false);

    /// <returns>Null unless the number begins with a plus, as international numbers do [doc], and has 5 to 20 digits. Ignores all other characters [doc].</returns>
    public static AddressKey? FindPhone(string phone) =>
        PhoneKey(phone) is ['+', ..] key && key.Length - 1 is >= MinDigits and <= MaxDigits ? new AddressKey(key, IsPhone: true) : null;

    /// <summary>The domain of an e-mail address: <c>@x.example</c>. It stands for all its addresses, and for none of a subdomain.</summary>
    public static AddressKey OfDomainOf(string email) => new(EmailAddress.Key(email[Math.Max(0, email.LastIndexOf('@'))..]), IsPhone: false);

    /// <summary>Reads what people write: an e-mail address, a phone number with a leading plus, or a domain after an at sign.</summary>
    /// <returns>Null: the text is none of them.</returns>
    public static AddressKey? Find(string text)
    {
        var trimmed = EmailAddress.Trim(text);
        return trimmed.StartsWith('@') ? EmailAddress.IsValid($"a{trimmed}") ? OfDomainOf(trimmed) : null
            : trimmed.Contains('@', StringComparison.Ordinal) ? EmailAddress.IsValid(trimmed) ? OfEmail(trimmed) : null
            : FindPhone(trimmed);
    }

    public bool IsDomain => Text.StartsWith('@');

    /// <summary>Lists the keys by which the stop list may know a record: its e-mail address, the domain of that, and its phone number.</summary>
    public static IEnumerable<AddressKey> AllOf(string? email, string? phone)
    {
        if (!string.IsNullOrEmpty(email))
        {
            yield return OfEmail(email);
            yield return OfDomainOf(email);
        }

        if (phone is not null && FindPhone(phone) is { } number)
        {
            yield return number;
        }
    }

    /// <summary>Reads an address that was stored.</summary>
    public static AddressKey Read(string key) => new(key, key.StartsWith('+') && !key.Contains('@', StringComparison.Ordinal));

    /// <returns>Null for a text without a digit, and for one that is far too long to be a phone number: an index holds the key.</returns>
    public static string? PhoneKey(string? phone)
    {
        var digits = phone is null or { Length: > MaxPhone } ? "" : string.Concat(phone.Where(char.IsAsciiDigit));
        return digits.Length == 0 ? null : phone!.Trim().StartsWith('+') ? $"+{digits}" : digits;
    }

    /// <summary>Makes the hash that remains of an erased address.</summary>
    /// <param name="companyKey">The company's key, in hex. It signs cursors too, so the hashed text includes its purpose.</param>
    public string Hash(string companyKey) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(companyKey), Encoding.UTF8.GetBytes($"suppression {Text}")));

    /// <summary>The ways in which texts may write an e-mail address: with its domain in ASCII, and in the letters of its language.</summary>
    public IReadOnlyList<string> Spellings => EmailAddress.ToReadable(Text) is var readable && readable != Text ? [Text, readable] : [Text];

    /// <summary>Whether a text is this address or, if it is an e-mail address, names it among other words.</summary>
    public bool IsIn(string text) => IsPhone ? PhoneKey(text) == Text : Spellings.Any(spelling => FindIn(text, spelling, 0) >= 0);

    /// <summary>Replaces the address in a text.</summary>
    public string RemoveFrom(string text, string replacement)
    {
        if (IsPhone)
        {
            return PhoneKey(text) == Text ? replacement : text;
        }

        foreach (var spelling in Spellings)
        {
            for (var at = FindIn(text, spelling, 0); at >= 0; at = FindIn(text, spelling, at + replacement.Length))
            {
                text = string.Concat(text.AsSpan(0, at), replacement, text.AsSpan(at + spelling.Length));
            }
        }

        return text;
    }

    /// <returns>Where the address begins; -1: nowhere. The address <c>sam@x.example</c> is not in <c>big.sam@x.example</c>, nor in <c>sam@x.example.org</c>.</returns>
    private static int FindIn(string text, string spelling, int from)
    {
        for (var at = Next(from); at >= 0; at = Next(at + 1))
        {
            var end = at + spelling.Length;
            var isWhole = (at == 0 || !IsOfAddress(text[at - 1])) && (end == text.Length || !ContinuesDomain(text.AsSpan(end)));
            if (isWhole)
            {
                return at;
            }
        }

        return -1;

        int Next(int start) => start > text.Length ? -1 : text.IndexOf(spelling, start, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsOfAddress(char letter) => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '%' or '+' or '-';

    private static bool ContinuesDomain(ReadOnlySpan<char> rest) =>
        char.IsLetterOrDigit(rest[0]) || rest[0] == '-' || (rest[0] == '.' && rest.Length > 1 && char.IsLetterOrDigit(rest[1]));
}
