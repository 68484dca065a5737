using System.Text;

namespace Sluice.Server.Dev.Seed;

/// <summary>Makes the local part of a mail address from a name, which may have non-ASCII letters.</summary>
internal static class Ascii
{
    public static string MailName(string firstName, string lastName)
    {
        var name = new StringBuilder();
        foreach (var letter in $"{firstName}.{lastName}".ToLowerInvariant())
        {
            if (Fold(letter) is var plain && (char.IsAsciiLetter(plain) || plain is '.' or '-'))
            {
                name.Append(plain);
            }
        }

        return name.ToString();
    }

    // Not string.Normalize: it needs tables that a build with invariant globalization leaves out.
    private static char Fold(char letter) => letter switch
    {
        'á' or 'à' or 'å' or 'ä' or 'ã' => 'a',
        'ç' or 'ć' => 'c',
        'é' or 'è' or 'ë' => 'e',
        'í' or 'ï' => 'i',
        'ł' => 'l',
        'ñ' or 'ń' => 'n',
        'ó' or 'ö' or 'ø' => 'o',
        'ú' or 'ü' => 'u',
        _ => letter,
    };
}
