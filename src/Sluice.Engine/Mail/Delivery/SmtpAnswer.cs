namespace Sluice.Engine.Mail.Delivery;

/// <summary>An answer of a mail server.</summary>
/// <param name="Lines">The text of each line, without the code.</param>
internal sealed record SmtpAnswer(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxReported = 300;

    /// <summary>The answer as it is logged and shown to people, who must not get control characters.</summary>
    public string Text
    {
        get
        {
            var said = string.Concat(string.Join(' ', Lines).Select(letter => letter is >= ' ' and < '\u007f' ? letter : '?')).Trim();
            return said.Length == 0 ? $"{Code}" : said.Length > MaxReported ? $"{Code} {said[..MaxReported]}…" : $"{Code} {said}";
        }
    }

    /// <param name="text">The lines, separated by line feeds.</param>
    public static SmtpAnswer Of(int code, string text) => new(code, text.Split('\n'));

    /// <summary>What the answer means for the mail.</summary>
    public MailOutcome At(SmtpStage stage) => RefusalRule.Of(stage, Code, Lines) switch
    {
        var fault and (MailFault.Address or MailFault.Policy or MailFault.Ours) => MailOutcome.Refused(Text, fault),
        var fault => MailOutcome.Deferred(Text, fault),
    };
}
