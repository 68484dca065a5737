using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Sends mail in the background, separately from the steps: a mail server that does not answer must delay nothing else.</summary>
internal sealed partial class MailWorker : BackgroundService
{
    private readonly IHostApplicationLifetime _life;
    private readonly MailDelivery _delivery;
    private readonly ILogger<MailWorker> _logger;
    private readonly LeaseLoop _loop;

    public MailWorker(SendMail mail, MailDelivery delivery, IHostApplicationLifetime life, ILogger<MailWorker> logger)
    {
        (_delivery, _life, _logger) = (delivery, life, logger);
        _loop = new LeaseLoop(async ct => (await mail.RunOnceInBackgroundAsync(ct)).Seen > 0, LogFailed);
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    /// <summary>Begins to stop as soon as the server does, not only when the other services have stopped: answers of the mail server may take seconds.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _life.ApplicationStopping);
        if (_delivery.Transport is null)
        {
            LogNoWay();
        }

        await _loop.RunAsync(stop.Token);
    }

    [LoggerMessage(1, LogLevel.Error, "Sending was interrupted; when its lease ends, mail that was being sent is put back, or uncertain if the mail server may have it")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "No mail server is set (--smtp), so queued mail waits")]
    private partial void LogNoWay();
}
