using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Sends mail in the background, separately from the steps: a mail server that does not answer must delay nothing else.</summary>
internal sealed partial class MailWorker : BackgroundService
{
    private readonly MailDelivery _delivery;
    private readonly ILogger<MailWorker> _logger;
    private readonly LeaseLoop _loop;

    public MailWorker(SendMail mail, MailDelivery delivery, ILogger<MailWorker> logger)
    {
        (_delivery, _logger) = (delivery, logger);
        _loop = new LeaseLoop(async ct => (await mail.RunOnceInBackgroundAsync(ct)).Seen > 0, LogFailed);
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_delivery.Transport is null)
        {
            LogNoWay();
        }

        return _loop.RunAsync(stoppingToken);
    }

    [LoggerMessage(1, LogLevel.Error, "Sending was interrupted; mail that was being sent becomes uncertain when its lease ends")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "No mail server is set (--smtp), so queued mail waits")]
    private partial void LogNoWay();
}
