namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Reads abuse reports (RFC 5965), and Microsoft's, which come without the machine's part.</summary>
internal static class Complaints
{
    /// <returns>Null: the message is no complaint. A report of another type, such as <c>not-spam</c>, is none either.</returns>
    public static Finding? Find(RawMail mail)
    {
        var returned = ReturnedHeaders.Of(mail);
        if (FieldGroups.Find(mail, "message", "feedback-report") is { } groups)
        {
            var type = FieldGroups.Value(groups, "Feedback-Type")?.ToLowerInvariant() ?? "abuse";
            var address = FieldGroups.Value(groups, "Original-Rcpt-To") ?? FieldGroups.Value(groups, "Original-Recipient");
            return type is "abuse" or "fraud" or "virus" or "other" or "opt-out" or "opt-out-list" or "miscategorized"
                ? new Finding(MailKind.Complaint, $"It is a feedback report of the type {type} (RFC 5965)", Address(address, returned), returned?.Thread ?? [])
                : new Finding(MailKind.AutoReply, "It is a feedback report, but of a type that is no complaint (RFC 5965)", null, returned?.Thread ?? []);
        }

        return mail.Subject.StartsWith("complaint about message from", StringComparison.OrdinalIgnoreCase) && returned is not null
            ? new Finding(MailKind.Complaint, "It is a complaint in the form of Outlook.com's junk mail reporting", Address(returned.Value("X-HmXmrOriginalRecipient"), returned), returned.Thread)
            : null;
    }

    /// <summary>The return path of the mail that a feedback report is about, which the report may keep when it removes all else that names the recipient.</summary>
    public static IEnumerable<string> ReturnPaths(RawMail mail) =>
        FieldGroups.Find(mail, "message", "feedback-report") is { } groups && FieldGroups.Address(FieldGroups.Value(groups, "Original-Mail-From")) is { } path ? [path] : [];

    private static string? Address(string? named, ReturnedHeaders? returned) =>
        FieldGroups.Address(named) ?? (returned?.Addresses("X-HmXmrOriginalRecipient") is [var original, ..] ? original : returned?.Addresses("To") is [var to, ..] ? to : null);
}

/// <summary>What one of the readers found.</summary>
/// <param name="Address">Null: the sender.</param>
/// <param name="Thread">Message-IDs that come before those of the message's own header.</param>
internal sealed record Finding(MailKind Kind, string Rule, string? Address, IReadOnlyList<string> Thread)
{
    public DeliveryReport? Report { get; init; }
}
