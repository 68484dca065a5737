using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;

namespace Sluice.Server.Api.V2.Privacy;

// The JSON of the data privacy endpoints and nothing else: clients see every change in this file.
internal sealed record EmailDataAnswer(
    string RequestId,
    IReadOnlyList<ReferringEmail> Emails,
    IReadOnlyList<ReferringCall> Calls,
    IReadOnlyList<ReferringMeeting> Meetings,
    IReadOnlyList<CustomerData> CustomerData,
    IReadOnlyList<CustomerEngagement> CustomerEngagement);

internal sealed record PhoneDataAnswer(
    string RequestId,
    string SuppliedPhoneNumber,
    IReadOnlyList<string> MatchingPhoneNumbers,
    IReadOnlyList<string> EmailAddresses,
    IReadOnlyList<ReferringEmail> Emails,
    IReadOnlyList<ReferringCall> Calls,
    IReadOnlyList<ReferringMeeting> Meetings,
    IReadOnlyList<CustomerData> CustomerData,
    IReadOnlyList<CustomerEngagement> CustomerEngagement);

internal sealed record ErasedAnswer(string RequestId);

/// <param name="Id">32 characters [doc].</param>
/// <param name="MessageHash">Made of the Message-ID.</param>
internal sealed record ReferringEmail(string From, string Id, string SentTime, string Mailbox, string MessageHash)
{
    private const int IdLength = 32;

    public static ReferringEmail Of(PersonalMail mail, DateTimeZone zone)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail.MessageId)));
        return new ReferringEmail(mail.From, hash[..IdLength], WireTime.Write(mail.At, zone), mail.Mailbox, hash);
    }
}

/// <summary>Sluice records no calls, so there is never one.</summary>
internal sealed record ReferringCall(string Id);

/// <summary>Sluice keeps no meetings, so there is never one.</summary>
internal sealed record ReferringMeeting(string Id);

/// <summary>Sluice shares nothing with customers, so there is never one.</summary>
internal sealed record CustomerEngagement(string EventType);

/// <param name="System">Generic: the company's own CRM, of any brand.</param>
internal sealed record CustomerData(string System, IReadOnlyList<CustomerDataObject> Objects)
{
    /// <returns>No systems if there are no records.</returns>
    public static IReadOnlyList<CustomerData> Of(IReadOnlyList<PersonRecord> records) => records.Count == 0 ? [] : [new("Generic", [.. records.Select(CustomerDataObject.From)])];
}

/// <param name="Id">The server's own id of the record [doc].</param>
/// <param name="ExternalId">The CRM's id.</param>
internal sealed record CustomerDataObject(string Id, string ObjectType, string ExternalId)
{
    public static CustomerDataObject From(PersonRecord record) => new(WireId.Write(record.Id), record.Kind, record.CrmId);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EmailDataAnswer))]
[JsonSerializable(typeof(PhoneDataAnswer))]
[JsonSerializable(typeof(ErasedAnswer))]
internal sealed partial class PrivacyJson : JsonSerializerContext;
