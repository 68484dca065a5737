using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Server.Http;

/// <summary>A successful answer, for whoever does not know the type of its body.</summary>
internal abstract class Answer : IResult
{
    public abstract JsonTypeInfo Type { get; }

    public abstract JsonObject ToJson();

    public abstract Task ExecuteAsync(HttpContext httpContext);
}

/// <summary>A successful answer: a JSON body whose first field is <c>requestId</c>.</summary>
internal sealed class Answer<T>(T body, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) : Answer
{
    public T Body => body;

    public override JsonTypeInfo Type => type;

    public override JsonObject ToJson() => JsonSerializer.SerializeToNode(body, type)!.AsObject();

    public override Task ExecuteAsync(HttpContext httpContext) =>
        Json.WriteAsync(httpContext, status, (body, type), static (json, state) => JsonSerializer.Serialize(json, state.body, state.type));
}

/// <summary>The only error body of the API: <c>{"requestId": …, "errors": ["sentence", …]}</c> [seed].</summary>
internal sealed class ApiError(int status, params IReadOnlyList<string> errors) : IResult
{
    public int Status => status;

    public IReadOnlyList<string> Errors => errors;

    public static readonly ApiError BadRequest = new(StatusCodes.Status400BadRequest, "Bad request");

    public static readonly ApiError BadCursor = new(StatusCodes.Status400BadRequest, "Failed to verify cursor"); // [rec]

    public static ApiError Faults(IReadOnlyList<string> faults) => new(StatusCodes.Status400BadRequest, faults);

    public static ApiError NotFound(string error) => new(StatusCodes.Status404NotFound, error);

    public static ApiError UnknownUser(Profile profile, string email) => new(profile.UnknownUser, $"User with the given email {email} wasn't found");

    public static ApiError NoSeat(string email) => new(StatusCodes.Status403Forbidden, $"User with the given email {email} has no Engage seat"); // [inf]

    public Task ExecuteAsync(HttpContext httpContext) =>
        Json.WriteAsync(httpContext, status, new ErrorBody(httpContext.TraceIdentifier, errors), static (json, body) => JsonSerializer.Serialize(json, body, ErrorJson.Default.ErrorBody));
}

internal sealed record ErrorBody(string RequestId, IReadOnlyList<string> Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class ErrorJson : JsonSerializerContext;
