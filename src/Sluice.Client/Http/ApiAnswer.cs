using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Client;

/// <summary>What came of one request: an answer, or a fault of the network.</summary>
internal sealed class ApiAnswer
{
    private static readonly HttpRequestError[] BeforeSending =
        [HttpRequestError.NameResolutionError, HttpRequestError.ConnectionError, HttpRequestError.SecureConnectionError, HttpRequestError.ProxyTunnelError];

    private readonly byte[] _body = [];
    private readonly Exception? _fault;

    public ApiAnswer(HttpResponseMessage reply, byte[] body, DateTimeOffset now)
    {
        (Status, _body) = (reply.StatusCode, body);
        var said = reply.Headers.RetryAfter;
        RetryAfter = said?.Delta ?? (said?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks)) : null);
    }

    public ApiAnswer(Exception fault) => _fault = fault;

    /// <summary>Null if no answer came.</summary>
    public HttpStatusCode? Status { get; }

    public TimeSpan? RetryAfter { get; }

    public bool IsSuccess => Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;

    /// <summary>True if the server, or something before it, failed. Then the request may have been done or not.</summary>
    public bool IsFailure => Status is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout;

    private bool WasSent => _fault is not HttpRequestException { HttpRequestError: var error } || !BeforeSending.Contains(error);

    public T Read<T>(JsonTypeInfo<T> type, ApiRequest request)
    {
        try
        {
            return JsonSerializer.Deserialize(_body, type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException fault)
        {
            throw new SluiceException($"{Name(request)}: the answer is not what this operation answers: {fault.Message}", fault) { Status = Status, IsOutcomeUnknown = !request.IsRead };
        }
    }

    public SluiceException ToException(ApiRequest request)
    {
        var error = Error();
        var sentences = error?.Errors ?? [];
        var why = sentences.Count > 0 ? string.Join(" ", sentences)
            : Status is { } status ? $"the server answered {(int)status}."
            : _fault is OperationCanceledException ? "no answer came in time." : $"no answer came: {_fault!.Message}";
        return new SluiceException($"{Name(request)}: {(Status is { } code && sentences.Count > 0 ? $"{(int)code} " : "")}{why}", _fault)
        {
            Status = Status,
            RequestId = error?.RequestId,
            Errors = sentences,
            RetryAfter = RetryAfter,
            IsOutcomeUnknown = !request.IsRead && IsFailure && WasSent,
        };
    }

    private static string Name(ApiRequest request) => $"{request.Method} {request.Path.Split('?')[0]}";

    /// <returns>Null for an answer of something else, such as the web page of a proxy.</returns>
    private ErrorAnswer? Error()
    {
        try
        {
            return _body.Length == 0 ? null : JsonSerializer.Deserialize(_body, SluiceJson.Default.ErrorAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
