using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>Reads the mailboxes that no other node reads, each in a task of its own: one that hangs delays no other.</summary>
internal sealed partial class MailboxWorker : BackgroundService
{
    /// <summary>Each costs a connection and a few hundred kilobytes.</summary>
    private const int MaxMailboxes = 500;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly Db _db;
    private readonly MailboxReader _reader;
    private readonly RecordMailboxHealth _health;
    private readonly TimeProvider _clock;
    private readonly ILogger<MailboxWorker> _logger;
    private readonly LeaseLoop _loop;
    private readonly List<Task> _running = [];

    public MailboxWorker(Db db, MailboxReader reader, RecordMailboxHealth health, TimeProvider clock, ILogger<MailboxWorker> logger)
    {
        (_db, _reader, _health, _clock, _logger) = (db, reader, health, clock, logger);
        _loop = new LeaseLoop(ClaimAsync, LogFailed);
    }

    /// <summary>Says that a mailbox was added or changed.</summary>
    public void Wake() => _loop.Wake();

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _loop.RunAsync(stoppingToken);
        await Task.WhenAll(_running);
    }

    private async Task<bool> ClaimAsync(CancellationToken ct)
    {
        _running.RemoveAll(task => task.IsCompleted);
        var (free, now) = (MaxMailboxes - _running.Count, _clock.GetUtcNow());
        var claimed = free == 0 ? [] : await _db.InTransactionAsync(tx => new MailboxStore(tx).LeaseAsync(now, MailboxReader.Lease, free, ct), ct);
        _running.AddRange(claimed.Select(mailbox => Task.Run(() => ReadAsync(mailbox, ct), CancellationToken.None)));
        return false;
    }

    private async Task ReadAsync(Mailbox mailbox, CancellationToken ct)
    {
        try
        {
            await _reader.RunAsync(mailbox, ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            await ReportAsync(tx => new MailboxStore(tx).ReleaseAsync(mailbox, CancellationToken.None));
        }
        catch (MailboxFault fault)
        {
            if (fault.Message != mailbox.Fault)
            {
                LogFault(mailbox.Id, mailbox.CompanyId, fault.Message); // Once, and not each time that it is tried again.
            }

            await ReportFaultAsync(mailbox, fault);
        }
        catch (Exception fault)
        {
            LogBroken(mailbox.Id, mailbox.CompanyId, fault);
            await ReportFaultAsync(mailbox, new MailboxFault("Sluice could not read the mailbox: the server's log says why", fault));
        }
    }

    private Task ReportFaultAsync(Mailbox mailbox, MailboxFault fault)
    {
        var now = _clock.GetUtcNow();
        return ReportAsync(tx => _health.CannotBeReadAsync(tx, mailbox, fault, now, now + RetryAfter, CancellationToken.None));
    }

    /// <summary>If the database cannot be reached either, the lease ends by itself.</summary>
    private async Task ReportAsync(Func<IDbSession, Task> report)
    {
        try
        {
            await _db.InTransactionAsync(
                async tx =>
                {
                    await report(tx);
                    return true;
                },
                CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Looking for mailboxes was interrupted; it is tried again in a second")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "Mailbox {MailboxId} of company {CompanyId} cannot be read: {Sentence}")]
    private partial void LogFault(long mailboxId, long companyId, string sentence);

    [LoggerMessage(3, LogLevel.Error, "Reading mailbox {MailboxId} of company {CompanyId} was interrupted")]
    private partial void LogBroken(long mailboxId, long companyId, Exception fault);
}
