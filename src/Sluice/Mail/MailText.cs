namespace Sluice.Mail;

/// <summary>What text may stand in a mail's header.</summary>
internal static class MailText
{
    /// <summary>No line break or other control character: what follows one would be read as a header of its own.</summary>
    public static bool IsOneLine(string text) => !text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029');
}
