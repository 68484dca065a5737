using System.Text.Json.Serialization;

namespace Sluice.Server.Dev.Requests;

/// <summary>An answered request, reduced to what may be kept: no credentials, no mail texts, and only values that are known to be harmless.</summary>
/// <param name="Time">When the request arrived.</param>
/// <param name="Path">The path as the client sent it, decoded.</param>
/// <param name="Query">With its question mark; the values of unknown parameters are redacted. Null if there is none.</param>
/// <param name="Status">Null if the client hung up before the answer.</param>
/// <param name="Milliseconds">The time until the answer was ready.</param>
/// <param name="RequestId">The same as in the answer.</param>
/// <param name="CompanyId">Null if the credentials matched no key or were not checked.</param>
/// <param name="AccessKey">The public half of the API key.</param>
/// <param name="RetryAfter">The seconds that a 429 asked the client to wait.</param>
/// <param name="Body">JSON, cut at <see cref="Redaction.MaxBody"/> bytes. Null if there is none or the operation could not read it.</param>
/// <param name="Hints">The mistakes that the client probably made.</param>
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
/// <param name="Name">The field, parameter, path or id that the hint is about.</param>
/// <param name="DidYouMean">What the client probably meant.</param>
internal sealed record Hint(string Code, string Message, string? Name = null, string? DidYouMean = null);

internal sealed record RequestsAnswer(string RequestId, IReadOnlyList<RecordedRequest> Requests);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestsAnswer))]
[JsonSerializable(typeof(RecordedRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
