namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Decides when to give up on the mail server: after it was silent for too long, or when this server stops. Once the last line of a mail may be sent, a
/// stop no longer gives up at once, because the answer would be lost.
/// </summary>
internal sealed class SmtpWait : IDisposable
{
    private const int Open = 0;
    private const int PastLastLine = 1;
    private const int GivenUp = 2;

    private readonly SmtpSettings _settings;
    private readonly CancellationTokenSource _end = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _stop;
    private int _state;

    /// <param name="ct">Cancelled when this server stops.</param>
    public SmtpWait(SmtpSettings settings, CancellationToken ct)
    {
        _settings = settings;
        _timer = TimeProvider.System.CreateTimer(_ => GiveUp(), null, settings.Timeout, Timeout.InfiniteTimeSpan);
        _stop = ct.Register(Stop);
    }

    public CancellationToken Token => _end.Token;

    public bool WasStopped { get; private set; }

    /// <summary>Whether the mail server may have accepted the mail.</summary>
    public bool IsPastLastLine => Volatile.Read(ref _state) == PastLastLine;

    /// <summary>Begins a new wait, because something was sent or received. The wait for the last answer is not prolonged.</summary>
    public void Renew()
    {
        if (Volatile.Read(ref _state) == Open)
        {
            _timer.Change(_settings.Timeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <returns>False: the wait was given up before, so the last line must not be sent.</returns>
    public bool TryPassLastLine()
    {
        if (Interlocked.CompareExchange(ref _state, PastLastLine, Open) != Open)
        {
            return false;
        }

        _timer.Change(_settings.FinalReplyTimeout, Timeout.InfiniteTimeSpan);
        return true;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _timer.Dispose();
        _end.Dispose();
    }

    private void Stop()
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Open) == Open)
        {
            WasStopped = true;
            _end.Cancel();
        }
        else if (IsPastLastLine && _settings.StopGrace < _settings.FinalReplyTimeout)
        {
            WasStopped = true;
            _timer.Change(_settings.StopGrace, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Past the last line the state stays: the mail server may still have accepted the mail.</summary>
    private void GiveUp()
    {
        Interlocked.CompareExchange(ref _state, GivenUp, Open);
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The conversation has just ended.
        }
    }
}
