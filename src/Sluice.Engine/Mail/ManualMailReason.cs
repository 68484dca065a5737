namespace Sluice.Engine.Mail;

/// <summary>Why Sluice cannot write an automatic mail, so that a person has to send it [doc].</summary>
/// <param name="Placeholders">The names without a value, without braces; empty for every other rule.</param>
internal sealed record ManualMailReason(ManualMailRule Rule, IReadOnlyList<string> Placeholders)
{
    public ManualMailReason(ManualMailRule rule)
        : this(rule, [])
    {
    }

    public string Sentence => Rule switch
    {
        ManualMailRule.NoValue => $"There is no value for {Placeholders[0]}",
        ManualMailRule.NoAddress => "The prospect has no e-mail address",
        ManualMailRule.InvalidAddress => "The prospect's e-mail address is known to be invalid",
        ManualMailRule.MalformedAddress => "The prospect's e-mail address is malformed",
        ManualMailRule.LinesInSubject => "The subject is not one line",
        ManualMailRule.NothingToReplyTo => "No mail was sent that this step could reply to, and the step has no subject of its own",
        ManualMailRule.NoSubject => "The subject is empty",
        _ => throw new ArgumentOutOfRangeException(nameof(Rule), Rule, null),
    };
}

internal enum ManualMailRule
{
    /// <summary>A placeholder has no value.</summary>
    NoValue,
    NoAddress,

    /// <summary>Mail to the address has bounced.</summary>
    InvalidAddress,
    MalformedAddress,
    LinesInSubject,

    /// <summary>A reply step without an earlier mail and without a subject of its own.</summary>
    NothingToReplyTo,
    NoSubject,
}

/// <summary>Maps each rule to the word that events and <c>/sluice/v1</c> use.</summary>
internal static class ManualMailRules
{
    private static readonly (ManualMailRule Rule, string Word)[] Words =
    [
        (ManualMailRule.NoValue, "no_value"),
        (ManualMailRule.NoAddress, "no_address"),
        (ManualMailRule.InvalidAddress, "invalid_address"),
        (ManualMailRule.MalformedAddress, "malformed_address"),
        (ManualMailRule.LinesInSubject, "lines_in_subject"),
        (ManualMailRule.NothingToReplyTo, "nothing_to_reply_to"),
        (ManualMailRule.NoSubject, "no_subject"),
    ];

    public static string Word(ManualMailRule rule) => Words.Single(one => one.Rule == rule).Word;

    public static ManualMailRule Read(string word) => Words.Single(one => one.Word == word).Rule;
}
