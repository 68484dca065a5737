using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>Runs the engine in the background on every node. A node skips the work that another node has claimed.</summary>
internal sealed partial class EngineWorker : BackgroundService
{
    private readonly ILogger<EngineWorker> _logger;
    private readonly LeaseLoop _loop;

    public EngineWorker(FlowEngine engine, ILogger<EngineWorker> logger)
    {
        _logger = logger;
        _loop = new LeaseLoop(async ct => (await engine.RunOnceInBackgroundAsync(ct)).DidWork, LogFailed);
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.RunAsync(stoppingToken);

    [LoggerMessage(1, LogLevel.Error, "The engine was interrupted; the work that it had claimed is tried again when its lease ends")]
    private partial void LogFailed(Exception fault);
}
