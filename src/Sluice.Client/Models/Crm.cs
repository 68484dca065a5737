using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>The company's own CRM.</summary>
public sealed record CrmIntegration
{
    /// <summary>The integration's id. It can exceed 53 bits: parse it as a 64-bit integer.</summary>
    public CrmIntegrationId IntegrationId { get; init; }

    /// <summary>The integration's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>E-mail address of the person responsible for the integration.</summary>
    public string OwnerEmail { get; init => field = value ?? ""; } = "";

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>How far an upload to the CRM, or the removal of an integration, has come.</summary>
public sealed record CrmRequest
{
    /// <summary>The id of the request that returned this; the server's log has it too.</summary>
    public string RequestId { get; init => field = value ?? ""; } = "";

    /// <summary>The request's progress.</summary>
    public CrmRequestStatus Status { get; init; }

    /// <summary>The first 20 refused lines.</summary>
    public IReadOnlyList<CrmLineError> Errors { get; init => field = value ?? []; } = [];

    /// <summary>The number of refused lines.</summary>
    public long TotalErrorCount { get; init; }

    /// <summary>The number of accepted lines.</summary>
    public long TotalSuccessCount { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A line of an upload that was refused.</summary>
public sealed record CrmLineError
{
    /// <summary>The line's number, from 1.</summary>
    public long Line { get; init; }

    /// <summary>What is wrong with the line.</summary>
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
