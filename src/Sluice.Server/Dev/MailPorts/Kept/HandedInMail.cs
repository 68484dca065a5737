using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.MailPorts.Kept;

/// <summary>
/// Keeps the newest mail that was handed in by SMTP, so that mail programs can show it. It is in memory alone: of what comes in, the database keeps only what a person
/// wrote, and only if it belongs to a flow instance.
/// </summary>
internal sealed class HandedInMail
{
    public const int MaxCount = 500;
    public const long MaxBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<HandedIn> _kept = new();
    private long _bytes;
    private long _last;

    public void Add(long companyId, string from, IReadOnlyList<string> to, byte[] raw, DateTimeOffset at)
    {
        lock (_lock)
        {
            _kept.Enqueue(new HandedIn(companyId, ++_last, EmailAddress.Key(from), [.. to.Select(EmailAddress.Key)], raw, at));
            _bytes += raw.Length;
            while (_kept.Count > MaxCount || _bytes > MaxBytes)
            {
                _bytes -= _kept.Dequeue().Raw.Length;
            }
        }
    }

    /// <returns>Null: it was never here, or is no longer.</returns>
    public HandedIn? Find(long companyId, long id) => List(companyId).Find(one => one.Id == id);

    public List<HandedIn> List(long companyId)
    {
        lock (_lock)
        {
            return [.. _kept.Where(one => one.CompanyId == companyId)];
        }
    }

    /// <summary>Forgets all mail that came before an erasure: by then nobody knows which of it was that person's.</summary>
    public void Forget(long companyId, DateTimeOffset until)
    {
        lock (_lock)
        {
            if (_kept.Any(IsMeant))
            {
                List<HandedIn> rest = [.. _kept.Where(one => !IsMeant(one))];
                _kept.Clear();
                rest.ForEach(_kept.Enqueue);
                _bytes = rest.Sum(one => (long)one.Raw.Length);
            }
        }

        bool IsMeant(HandedIn one) => one.CompanyId == companyId && one.At <= until;
    }
}

/// <param name="From">The sender of the envelope, and <paramref name="To"/> its recipients, as <see cref="EmailAddress.Key"/>.</param>
internal sealed record HandedIn(long CompanyId, long Id, string From, IReadOnlyList<string> To, byte[] Raw, DateTimeOffset At);
