using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>Each second, does what is due in the sandboxes whose clocks run, and drops those that nobody uses.</summary>
internal sealed class RunSandboxes(Sandboxes sandboxes, ILogger<RunSandboxes> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => PeriodicLoop.RunAsync(
        Every,
        async ct =>
        {
            await sandboxes.RunDueAsync(ct);
            await sandboxes.DropUnusedAsync();
        },
        logger.LogInterrupted,
        stoppingToken);
}
