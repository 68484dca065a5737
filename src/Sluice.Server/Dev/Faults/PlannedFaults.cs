namespace Sluice.Server.Dev.Faults;

/// <summary>What shall go wrong, in the order in which it was asked for. In memory: a stand-in that starts anew is well.</summary>
internal sealed class PlannedFaults
{
    private const int Capacity = 100;

    private readonly Lock _lock = new();
    private readonly List<(long CompanyId, PlannedFault Fault)> _planned = [];

    public IReadOnlyList<PlannedFault> Of(long companyId)
    {
        lock (_lock)
        {
            return [.. _planned.Where(one => one.CompanyId == companyId).Select(one => one.Fault)];
        }
    }

    /// <returns>Whether there was room.</returns>
    public bool Add(long companyId, PlannedFault fault)
    {
        lock (_lock)
        {
            if (_planned.Count == Capacity)
            {
                return false;
            }

            _planned.Add((companyId, fault));
            return true;
        }
    }

    public void Clear(long companyId)
    {
        lock (_lock)
        {
            _planned.RemoveAll(one => one.CompanyId == companyId);
        }
    }

    /// <returns>The first that fits, used up once; null: all goes well.</returns>
    public PlannedFault? Take(long companyId, string path)
    {
        lock (_lock)
        {
            var at = _planned.FindIndex(one => one.CompanyId == companyId && path.StartsWith(one.Fault.Path, StringComparison.Ordinal));
            if (at < 0)
            {
                return null;
            }

            var fault = _planned[at].Fault;
            if (fault.Times == 1)
            {
                _planned.RemoveAt(at);
            }
            else
            {
                _planned[at] = (companyId, fault with { Times = fault.Times - 1 });
            }

            return fault;
        }
    }
}
