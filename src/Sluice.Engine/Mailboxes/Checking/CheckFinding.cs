namespace Sluice.Engine.Mailboxes.Checking;

/// <summary>What a check of a mailbox found out about one thing.</summary>
/// <param name="Check">What was looked at, in one word.</param>
/// <param name="Says">What is so, for the mailbox's owner.</param>
/// <param name="Add">The DNS record or the setting that mends it; null: nothing has to be done.</param>
internal sealed record CheckFinding(string Check, CheckVerdict Verdict, string Says, string? Add = null)
{
    public static CheckFinding Ok(string check, string says) => new(check, CheckVerdict.Ok, says);

    public static CheckFinding Warn(string check, string says, string? add) => new(check, CheckVerdict.Warning, says, add);

    public static CheckFinding Fail(string check, string says, string? add) => new(check, CheckVerdict.Failed, says, add);

    /// <summary>Writes a record as a zone file has it.</summary>
    public static string Record(string name, string type, string value) => type == "TXT" ? $"{name}. TXT \"{value}\"" : $"{name}. {type} {value}";
}

/// <summary>The API writes the names in lower case.</summary>
internal enum CheckVerdict
{
    Ok,

    /// <summary>Mail leaves, but some receivers will trust it less.</summary>
    Warning,

    /// <summary>Mail does not leave, or large receivers refuse it.</summary>
    Failed,
}
