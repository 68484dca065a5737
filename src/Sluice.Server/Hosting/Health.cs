using System.Text.Json.Serialization;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary><c>/health</c>: the process answers. <c>/ready</c>: it can do its work: the database answers and has the schema this program knows.</summary>
internal static partial class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", Alive);
        app.MapGet("/ready", Ready);
    }

    private static Answer<HealthAnswer> Alive(HttpContext http) => new Answer<HealthAnswer>(new(http.TraceIdentifier, "ok"), HealthJson.Default.HealthAnswer);

    private static async Task<IResult> Ready(Db db, HttpContext http, ILoggerFactory logs, CancellationToken ct)
    {
        try
        {
            return await Migrator.IsCurrentAsync(db, ct).WaitAsync(Patience, ct)
                ? new Answer<HealthAnswer>(new(http.TraceIdentifier, "ready"), HealthJson.Default.HealthAnswer)
                : new ApiError(StatusCodes.Status503ServiceUnavailable, "The database has another schema than this program: run the version that matches it");
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
