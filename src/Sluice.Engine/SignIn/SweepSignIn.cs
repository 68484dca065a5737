using Sluice.Engine.Audit;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

/// <summary>Deletes sessions that are over, wrong tries that no longer count, and old lines of the audit. Any number of nodes may do so at once.</summary>
internal sealed partial class SweepSignIn(Db db, SignInTries tries, TimeProvider clock, ILogger<SweepSignIn> logger) : BackgroundService
{
    private const int Slice = 1000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    public async Task RunAsync(CancellationToken ct)
    {
        await new SessionStore(db).DeleteOldAsync(clock.GetUtcNow(), ct);
        await tries.SweepAsync(ct);
        while (await new AuditStore(db).DeleteOldAsync(clock.GetUtcNow() - AuditLog.Kept, Slice, ct) == Slice)
        {
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => PeriodicLoop.RunAsync(Every, RunAsync, fault => LogNotSwept(fault.Message), stoppingToken);

    [LoggerMessage(1, LogLevel.Warning, "Old sessions and old lines of the audit could not be deleted: {Reason}; they are deleted ten minutes later")]
    private partial void LogNotSwept(string reason);
}
