using Sluice.Engine.Storage;

namespace Sluice.Engine.Retention;

/// <summary>Deletes what ended long ago, once an hour: <c>serve --keep-ended</c>. Without that option it does not run, because what it deletes is gone.</summary>
internal sealed partial class RetentionWorker(DeleteOld deleteOld, TimeSpan keep, ILogger<RetentionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public async Task RunOnceAsync(CancellationToken ct)
    {
        var deleted = await deleteOld.RunAsync(keep, isDryRun: false, progress: null, ct);
        if (deleted != OldRows.None)
        {
            LogDeleted(deleted.FlowInstances, deleted.Mails, deleted.InboundMessages, deleted.Tasks, (int)keep.TotalDays);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => PeriodicLoop.RunAsync(Every, RunOnceAsync, LogFailed, stoppingToken);

    [LoggerMessage(1, LogLevel.Information, "Deleted {FlowInstances} flow instances, {Mails} mails, {InboundMessages} messages that came in and {Tasks} tasks that had ended more than {Days} days ago")]
    private partial void LogDeleted(long flowInstances, long mails, long inboundMessages, long tasks, int days);

    [LoggerMessage(2, LogLevel.Warning, "What ended long ago could not be deleted; it is tried again in an hour")]
    private partial void LogFailed(Exception fault);
}
