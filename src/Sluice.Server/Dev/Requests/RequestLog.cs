namespace Sluice.Server.Dev.Requests;

/// <summary>
/// Keeps the last thousand requests in memory, until the process ends. The size of each record is bounded too, so the log stays under 64 MB.
/// </summary>
/// <param name="isOpen">Whether everybody may read it. If not, each company reads its own requests, and those without a company are not kept.</param>
/// <param name="keepsUnknownValues">Whether the values of unknown query parameters are kept: only in <c>dev</c>.</param>
internal sealed class RequestLog(bool isOpen, bool keepsUnknownValues)
{
    public const int Capacity = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<RecordedRequest> _last = new();

    public bool IsOpen => isOpen;

    public bool KeepsUnknownValues => keepsUnknownValues;

    public void Keep(RecordedRequest request)
    {
        if (!isOpen && request.CompanyId is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_last.Count == Capacity)
            {
                _last.Dequeue();
            }

            _last.Enqueue(request);
        }
    }

    /// <summary>
    /// Forgets what came before an erasure: the requests of its company, and those of nobody, except the one that asked for it, which is kept without its
    /// address. A request may name a person by an id or a name alone, so nobody can tell which of them are harmless.
    /// </summary>
    /// <param name="requestId">Null: an operator asked for it at the command line.</param>
    public void Forget(string companyId, DateTimeOffset before, string? requestId)
    {
        lock (_lock)
        {
            var rest = _last.Where(request => (request.CompanyId is not null && request.CompanyId != companyId) || request.Time > before || request.RequestId == requestId).ToList();
            if (rest.Count < _last.Count)
            {
                _last.Clear();
                rest.ForEach(_last.Enqueue);
            }
        }
    }

    /// <summary>Lists the requests, oldest first.</summary>
    /// <param name="companyId">Null: the requests of all companies.</param>
    public List<RecordedRequest> Read(string? companyId)
    {
        lock (_lock)
        {
            return [.. _last.Where(request => companyId is null || request.CompanyId == companyId)];
        }
    }

    /// <summary>Lists the newest of the requests that came after the one with the given id, or of all requests if that one is no longer kept.</summary>
    public static List<RecordedRequest> After(List<RecordedRequest> requests, string? requestId, int max)
    {
        var rest = requests.Skip(requests.FindLastIndex(request => request.RequestId == requestId) + 1).ToList();
        return rest.Count > max ? rest[^max..] : rest;
    }
}
