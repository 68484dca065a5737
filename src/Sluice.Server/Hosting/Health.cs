using System.Text.Json.Serialization;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary>
/// Answers health checks. <c>/health</c> says that the process runs. <c>/ready</c> says that it can work: the database answers and has the schema
/// that this program expects.
/// </summary>
internal static partial class Health
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", Alive).Open();
        app.MapGet("/ready", Ready).Open();
    }

    private static Answer<HealthAnswer> Alive(HttpContext http) => new Answer<HealthAnswer>(new(http.TraceIdentifier, "ok"), HealthJson.Default.HealthAnswer);

    private static async Task<IResult> Ready(Db db, HttpContext http, ILoggerFactory logs, CancellationToken ct)
    {
        try
        {
            return await Migrator.IsCurrentAsync(db, ct).WaitAsync(Timeout, ct)
                ? new Answer<HealthAnswer>(new(http.TraceIdentifier, "ready"), HealthJson.Default.HealthAnswer)
                : new ApiError(StatusCodes.Status503ServiceUnavailable, "The database schema does not match this program: run the matching version of Sluice");
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogNotReady(logs.CreateLogger(typeof(Health)), fault.Message);
            return new ApiError(StatusCodes.Status503ServiceUnavailable, "The database does not answer");
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Not ready: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);
}

internal sealed record HealthAnswer(string RequestId, string Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
