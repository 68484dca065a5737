using System.Text.Json.Serialization;

namespace Sluice.Server.Dev.Requests;

/// <summary>A request that was answered, as far as it may be kept: without credentials, texts of mail, and what nobody knows to be harmless.</summary>
/// <param name="Time">When it came.</param>
/// <param name="Path">As it was sent, decoded.</param>
/// <param name="Query">With its question mark; the values of unknown parameters are left out. Null: none.</param>
/// <param name="Status">Null: the client hung up before the answer.</param>
/// <param name="Milliseconds">Until the answer was ready.</param>
/// <param name="RequestId">As in the answer.</param>
/// <param name="CompanyId">Null: the credentials were nobody's, or not asked for.</param>
/// <param name="AccessKey">The half of the key that is no secret.</param>
/// <param name="RetryAfter">Seconds that a 429 asked to wait.</param>
/// <param name="Body">JSON, cut at <see cref="Redaction.MaxBody"/> bytes. Null: none, or not one that the operation understood.</param>
/// <param name="Hints">What the client probably got wrong.</param>
internal sealed record RecordedRequest(
    DateTimeOffset Time,
    string Method,
    string Path,
    string? Query,
    int? Status,
    double Milliseconds,
    string RequestId,
    string? CompanyId,
    string? AccessKey,
    long? RetryAfter,
    string? Body,
    IReadOnlyList<Hint> Hints);

/// <param name="Code">For scripts: <c>unknown-field</c>, <c>missing-scope</c>, …</param>
/// <param name="Message">For people.</param>
/// <param name="Name">The field, parameter, path or id that is meant.</param>
/// <param name="DidYouMean">What it should perhaps have been.</param>
internal sealed record Hint(string Code, string Message, string? Name = null, string? DidYouMean = null);

internal sealed record RequestsAnswer(string RequestId, IReadOnlyList<RecordedRequest> Requests);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestsAnswer))]
[JsonSerializable(typeof(RecordedRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
