using System.Text.RegularExpressions;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Finds codes of mail servers in text: enhanced ones (RFC 3463), and the three digits of SMTP.</summary>
internal static class StatusCode
{
    /// <returns>Such as <c>5.1.1</c>; null: there is none.</returns>
    public static string? Find(string? text) => text is not null && Enhanced.Match(text) is { Success: true } match ? match.Value : null;

    public static string? FindBasic(string text) => Basic.Match(text) is { Success: true } match ? match.Value : null;

    /// <summary>Whether the code names only the class, as in 5.0.0.</summary>
    public static bool IsGeneral(string status) => status.EndsWith(".0.0", StringComparison.Ordinal);

    /// <summary>Addresses of hosts and versions of programs have dots too, but one more or a neighbour that is a digit.</summary>
    private static readonly Regex Enhanced = new(@"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)");

    private static readonly Regex Basic = new(@"(?<![\d.#\-])[45][0-5]\d(?=[ \-:;,]|$)");
}
