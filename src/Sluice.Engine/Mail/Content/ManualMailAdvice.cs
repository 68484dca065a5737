using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;

namespace Sluice.Engine.Mail.Content;

/// <summary>Tells people why they have to send an automatic mail, and what they can change so that Sluice sends the next one.</summary>
internal static class ManualMailAdvice
{
    private const string Braces = "{{"; // What rendering reports for braces that are not closed.
    private const string NewAddress = "in the CRM, or with PATCH /sluice/v1/prospects/{crmProspectId}";

    /// <summary>Says where each known placeholder takes its value from.</summary>
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["recipient.first_name"] = "the CRM field firstName",
        ["recipient.last_name"] = "the CRM field lastName",
        ["recipient.full_name"] = "the CRM fields firstName and lastName",
        ["recipient.title"] = "the CRM field title",
        ["recipient.email"] = "the CRM field emailAddress",
        ["recipient.phone_number"] = "the CRM field phoneNumber",
        ["account_name"] = "the account of the contact in the CRM, or companyName in a bulk assignment",
        ["sender.first_name"] = "the owner's user field firstName",
        ["sender.last_name"] = "the owner's user field lastName",
        ["sender.full_name"] = "the owner's user fields firstName and lastName",
        ["sender.title"] = "the owner's user field title",
        ["sender.email"] = "the owner's user field senderAddress or email",
        ["sender.phone_number"] = "the owner's user field phoneNumber",
    };

    /// <summary>Says the reason as a clause, with the placeholders as they stand in the text.</summary>
    public static string Clause(ManualMailReason reason) => reason switch
    {
        { Placeholders: [] } => reason.Sentence,
        { Placeholders: [var only] } => only == Braces ? "The text has {{ without }}" : $"{{{{{only}}}}} has no value",
        { Placeholders: var all } => $"{string.Join(", ", all.SkipLast(1).Select(InBraces))} and {InBraces(all[^1])} have no value",
    };

    /// <summary>Says what to change; not more than three sentences.</summary>
    public static string Of(ManualMailReason reason) => reason.Rule switch
    {
        ManualMailRule.NoValue => string.Join(". ", reason.Placeholders.Take(3).Select(OfPlaceholder)),
        ManualMailRule.NoAddress => $"Give the prospect an address: {NewAddress}",
        ManualMailRule.InvalidAddress => $"Mail to the address has bounced. Give the prospect another one: {NewAddress}",
        ManualMailRule.MalformedAddress => $"Correct the prospect's address: {NewAddress}",
        ManualMailRule.LinesInSubject => "A value in the subject has a line break: take it out, in the CRM or in the assignment's variables",
        ManualMailRule.NothingToReplyTo => "Give the step a subject of its own: it is used when there is no mail to reply to",
        ManualMailRule.NoSubject => "Give the step a subject, or the value in it a text",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason.Rule, null),
    };

    private static string OfPlaceholder(string name)
    {
        if (name == Braces)
        {
            return "Close the braces, as in {{recipient.first_name}}";
        }

        var variable = $"a variable {name} of the assignment";
        return Sources.TryGetValue(name, out var source) ? $"The value of {InBraces(name)} comes from {source}, or from {variable}"
            : SimilarNameRule.Find(name, Sources.Keys) is { } meant ? $"Did you mean {InBraces(meant)}? The value of {InBraces(name)} comes only from {variable}"
            : name.StartsWith(Prospect.OfRecipient, StringComparison.Ordinal) || name.StartsWith(Prospect.OfAccount, StringComparison.Ordinal)
                ? $"The value of {InBraces(name)} comes from the field {name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]} of the CRM's schema, or from {variable}"
            : $"The value of {InBraces(name)} comes only from {variable}";
    }

    private static string InBraces(string name) => name == Braces ? Braces : $"{{{{{name}}}}}";
}
