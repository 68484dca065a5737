namespace Sluice.Server.Dev.Requests;

/// <summary>The last thousand requests, in memory and gone with the process. What is kept of each is bounded too, so all of it stays under 64 MB.</summary>
/// <param name="isOpen">Whether everybody may read it; else each company its own, and what is nobody's is not kept.</param>
internal sealed class RequestLog(bool isOpen)
{
    public const int Capacity = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<RecordedRequest> _last = new();

    public bool IsOpen => isOpen;

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

    /// <summary>Oldest first.</summary>
    /// <param name="companyId">Whose; null: everybody's.</param>
    public List<RecordedRequest> Read(string? companyId)
    {
        lock (_lock)
        {
            return [.. _last.Where(request => companyId is null || request.CompanyId == companyId)];
        }
    }

    /// <summary>Those that came after the one with the id; all of them where it is not there any more.</summary>
    public static List<RecordedRequest> After(List<RecordedRequest> requests, string? requestId, int max)
    {
        var rest = requests.Skip(requests.FindLastIndex(request => request.RequestId == requestId) + 1).ToList();
        return rest.Count > max ? rest[^max..] : rest;
    }
}
