using System.Diagnostics;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>The spans of the steps that begin in one batch. Each ends when the batch is committed or has failed.</summary>
internal sealed class StepSpans(List<Activity> spans) : IDisposable
{
    private bool _succeeded;

    public static async Task<StepSpans> BeginAsync(IDbSession db, List<InstanceChange> changes, CancellationToken ct)
    {
        var begun = changes.FindAll(change => change.LedgerEntry is not null);
        var requests = begun.Count == 0 ? [] : await new EventStore(db).FindAssigningRequestsAsync(changes[0].Before.CompanyId, [.. begun.Select(change => change.Before.Id)], ct);
        return new StepSpans([.. begun.Select(change => Spans.BeginStep(change.Before.Id, requests.GetValueOrDefault(change.Before.Id), change.Message?.Id)).OfType<Activity>()]);
    }

    public void Succeed() => _succeeded = true;

    public void Dispose()
    {
        foreach (var span in spans)
        {
            if (!_succeeded)
            {
                span.SetStatus(ActivityStatusCode.Error); // Without the exception's text, which may contain data.
            }

            span.Dispose();
        }
    }
}
