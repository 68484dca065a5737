using Sluice.Engine.Webhooks;

namespace Sluice.Server.Dev.Faults;

/// <summary>The faults still to inject, in the order in which they were planned. In memory only: a restarted dev server has none.</summary>
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

    /// <returns>False if the list is full.</returns>
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

    /// <returns>The next fault for a delivery to a webhook; null: none is planned.</returns>
    public PlannedDeliveryFault? TakeForWebhook(long companyId) => Take(companyId, WebhookFaults.Path) is { } fault ? WebhookFaults.Of(fault) : null;

    /// <returns>The first fault that matches the path, with one of its uses spent; null if none matches.</returns>
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
