namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Reads delivery reports in the form of RFC 3464 and RFC 6533.</summary>
internal static class DeliveryReports
{
    /// <returns>Null: the message has no part that says for each recipient what happened.</returns>
    public static Finding? Find(RawMail mail)
    {
        if (FieldGroups.Find(mail, "message", "delivery-status", "global-delivery-status") is not { } groups || groups.Where(IsRecipient).ToList() is not { Count: > 0 } all)
        {
            return null;
        }

        var action = all.Min(Action);
        var those = all.Where(group => Action(group) == action).ToList();
        var (status, diagnostic) = (StatusOf(those[0]), DiagnosticOf(mail, those[0], all));
        var recipients = those.ConvertAll(Recipient).OfType<string>().Distinct().ToList();
        if (recipients.Count == 0)
        {
            recipients.AddRange(mail.Addresses("X-Failed-Recipients"));
        }

        return new Finding(
            MailKind.DeliveryReport, $"It is a delivery report with the action {Word(action)}{(status is null ? "" : $" and the status {status}")} (RFC 3464)",
            recipients.FirstOrDefault(), ReturnedHeaders.Of(mail)?.Thread ?? [])
        {
            Report = new DeliveryReport(action, status, recipients, BlameOf.Failure(status, diagnostic), Said(diagnostic)) { Others = action == ReportAction.Failed ? Others(mail, those, all) : [] },
        };
    }

    /// <summary>Those after the first: one may have a full mailbox, and another no mailbox at all.</summary>
    private static List<FailedRecipient> Others(RawMail mail, List<Dictionary<string, string>> groups, List<Dictionary<string, string>> all)
    {
        var first = Recipient(groups[0]);
        return [.. groups.Skip(1)
            .Select(group => (Address: Recipient(group), Status: StatusOf(group), Diagnostic: DiagnosticOf(mail, group, all)))
            .Select(one => (one.Address, Blame: BlameOf.Failure(one.Status, one.Diagnostic), Said: Said(one.Diagnostic)))
            .Where(one => one.Address is not null && one.Address != first)
            .DistinctBy(one => one.Address)
            .Select(one => new FailedRecipient(one.Address!, one.Blame == Blame.Address, one.Said))];
    }

    /// <summary>What a server said of a recipient. Exim says of its own failures only 5.0.0 in the machine's part, and why in the text for people.</summary>
    private static string DiagnosticOf(RawMail mail, Dictionary<string, string> group, List<Dictionary<string, string>> all)
    {
        var said = string.Join(' ', group.GetValueOrDefault("diagnostic-code"), group.GetValueOrDefault("x-supplementary-info"));
        return said.Trim().Length == 0 && (StatusOf(group) is not { } status || StatusCode.IsGeneral(status)) && Recipient(group) is { } recipient
            ? BounceText.SaidOf(mail, recipient, [.. all.Select(Recipient).OfType<string>()])
            : said;
    }

    public static string Word(ReportAction action) => action.ToString().ToLowerInvariant();

    /// <summary>What a server said, in one line of at most 300 characters, without control characters.</summary>
    public static string? Said(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? null : string.Concat(line.Take(300).Where(sign => !char.IsControl(sign) && !char.IsSurrogate(sign)));
    }

    private static bool IsRecipient(Dictionary<string, string> group) => group.ContainsKey("final-recipient") || group.ContainsKey("original-recipient") || group.ContainsKey("action");

    /// <summary>The address that the sender wrote to, not the one that it was forwarded to.</summary>
    private static string? Recipient(Dictionary<string, string> group) =>
        FieldGroups.Address(group.GetValueOrDefault("original-recipient")) ?? FieldGroups.Address(group.GetValueOrDefault("final-recipient"))
        ?? FieldGroups.Address(group.GetValueOrDefault("x-actual-recipient"));

    /// <summary>Reads the action. Without one, the class of the status says it.</summary>
    private static ReportAction Action(Dictionary<string, string> group)
    {
        var word = (group.GetValueOrDefault("action") ?? "").Split(' ', ';', '(')[0].Trim();
        return Enum.TryParse<ReportAction>(word, ignoreCase: true, out var action) && !char.IsDigit(word[0]) ? action
            : (group.GetValueOrDefault("status") ?? "").TrimStart() switch { ['2', ..] => ReportAction.Delivered, ['4', ..] => ReportAction.Delayed, _ => ReportAction.Failed };
    }

    /// <summary>The most exact code: that of the report, or that of the server's answer if the report's says nothing (x.0.0).</summary>
    private static string? StatusOf(Dictionary<string, string> group)
    {
        var (stated, said) = (StatusCode.Find(group.GetValueOrDefault("status")), StatusCode.Find(group.GetValueOrDefault("diagnostic-code")));
        return stated is null || (StatusCode.IsGeneral(stated) && said is not null && said[0] == stated[0]) ? said ?? stated : stated;
    }
}
