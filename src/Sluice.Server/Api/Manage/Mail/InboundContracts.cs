using System.Text.Json.Serialization;
using NodaTime.Text;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Server.Api.Manage.Mail;

/// <param name="Reading">What a raw message, or mail of our own, was taken for. Null: the request has said what it is.</param>
internal sealed record InboundAnswer(
    string RequestId, string MessageId, string Type, string MatchedBy, IReadOnlyList<InboundEffect> FlowInstances,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MailReadingAnswer? Reading);

/// <summary>What a message was taken for, and why.</summary>
internal sealed record MailReadingAnswer(
    string Kind, string Rule, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Address, IReadOnlyList<string> Thread)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MailReportAnswer? Report { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReturnDate { get; init; }

    public static MailReadingAnswer Of(MailReading reading) => new(MailKinds.Word(reading.Kind), reading.Rule, reading.Address, reading.Thread)
    {
        Report = reading.Report is { } report ? new(DeliveryReports.Word(report.Action), report.Status, report.Recipients) : null,
        ReturnDate = reading.ReturnDate is { } day ? LocalDatePattern.Iso.Format(day) : null,
    };
}

internal sealed record MailReportAnswer(string Action, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Status, IReadOnlyList<string> Recipients);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboundAnswer))]
internal sealed partial class InboundAnswerJson : JsonSerializerContext;
