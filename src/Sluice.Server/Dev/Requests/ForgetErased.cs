using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Requests;

/// <summary>
/// Makes this node's request log forget what came before an erasure, whichever node did it. Runs each second, and once more before anybody reads the log.
/// </summary>
internal sealed partial class ForgetErased(Db db, RequestLog log, TimeProvider clock, ILogger<ForgetErased> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a request or a pause of this loop lasts. To forget twice does no harm.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(10);

    public async Task RunOnceAsync(CancellationToken ct)
    {
        foreach (var erasure in await new ErasureStore(db).ListFinishedAsync(clock.GetUtcNow() - LookBack, ct))
        {
            log.Forget(WireId.Write(erasure.CompanyId), erasure.CreatedAt, erasure.By.RequestId);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => PeriodicLoop.RunAsync(Every, RunOnceAsync, fault => LogFailed(fault.Message), stoppingToken);

    [LoggerMessage(1, LogLevel.Warning, "The request log could not look for erasures: {Reason}")]
    private partial void LogFailed(string reason);
}
