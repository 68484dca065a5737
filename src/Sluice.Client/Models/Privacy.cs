using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>What the server holds about a person.</summary>
public sealed record PersonalData
{
    /// <summary>The id of the request that returned this; the server's log has it too.</summary>
    public string RequestId { get; init => field = value ?? ""; } = "";

    /// <summary>The phone number that was asked for; null if an e-mail address was.</summary>
    public string? SuppliedPhoneNumber { get; init; }

    /// <summary>Phone numbers that were found.</summary>
    public IReadOnlyList<string> MatchingPhoneNumbers { get; init => field = value ?? []; } = [];

    /// <summary>E-mail addresses of the people with that phone number.</summary>
    public IReadOnlyList<string> EmailAddresses { get; init => field = value ?? []; } = [];

    /// <summary>Mails to and from the person.</summary>
    public IReadOnlyList<ReferringEmail> Emails { get; init => field = value ?? []; } = [];

    /// <summary>Calls with the person, as the server writes them.</summary>
    public IReadOnlyList<JsonElement> Calls { get; init => field = value ?? []; } = [];

    /// <summary>Meetings with the person, as the server writes them.</summary>
    public IReadOnlyList<JsonElement> Meetings { get; init => field = value ?? []; } = [];

    /// <summary>Records of the person, by the CRM that they came from.</summary>
    public IReadOnlyList<CustomerData> CustomerData { get; init => field = value ?? []; } = [];

    /// <summary>What the person did with shared content, as the server writes it.</summary>
    public IReadOnlyList<JsonElement> CustomerEngagement { get; init => field = value ?? []; } = [];

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A mail to or from a person.</summary>
public sealed record ReferringEmail
{
    /// <summary>The sender.</summary>
    public string? From { get; init; }

    /// <summary>The mail's id.</summary>
    public string? Id { get; init; }

    /// <summary>When it was sent.</summary>
    public DateTimeOffset? SentTime { get; init; }

    /// <summary>The mailbox that it is in.</summary>
    public string? Mailbox { get; init; }

    /// <summary>A hash of the mail.</summary>
    public string? MessageHash { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>Records of a person in one CRM.</summary>
public sealed record CustomerData
{
    /// <summary>The CRM.</summary>
    public string? System { get; init; }

    /// <summary>The records.</summary>
    public IReadOnlyList<CustomerDataObject> Objects { get; init => field = value ?? []; } = [];

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A record of a person.</summary>
public sealed record CustomerDataObject
{
    /// <summary>The server's own id of the record.</summary>
    public string? Id { get; init; }

    /// <summary>The type of the record.</summary>
    public CrmObjectType? ObjectType { get; init; }

    /// <summary>The CRM's id of the record.</summary>
    public CrmId? ExternalId { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
