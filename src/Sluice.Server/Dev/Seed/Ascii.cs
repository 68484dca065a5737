using System.Text;

namespace Sluice.Server.Dev.Seed;

/// <summary>Mail addresses of people whose names have more letters than mail does.</summary>
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

    // Not string.Normalize: it wants tables that an invariant build leaves out.
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
