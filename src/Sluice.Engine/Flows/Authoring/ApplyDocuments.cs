using System.Text.Json;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>
/// Creates and changes flows, folders and rulesets to match documents. Everything is read and decided beside the writer: if anything is wrong, nothing is
/// written, and a dry run ends there. Then it writes slices, each in one transaction, so that others write in between. Each object is written whole. If the
/// process dies between two slices, the objects of the first ones are as their documents say; the same apply again does the rest.
/// </summary>
internal sealed class ApplyDocuments(AuthoringSessions sessions, TimeProvider clock)
{
    /// <summary>How often another author may write in between. Each time, everything is decided again.</summary>
    private const int MaxTries = 10;

    /// <returns>Null: other authors wrote in between too often.</returns>
    public async Task<ApplyOutcome?> RunAsync(Actor by, IReadOnlyList<JsonElement> documents, bool prune, bool dryRun, CancellationToken ct)
    {
        var written = new List<AppliedChange>();
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var plan = await sessions.DecideAsync(by, (session, version) => new PlanDocuments(session, documents, dryRun).RunAsync(version, prune), ct);
            if (dryRun || plan.Faults.Count > 0)
            {
                return new ApplyOutcome(plan.Faults, [.. written, .. plan.Writes.Select(write => write.Change).OfType<AppliedChange>()], plan.Warnings) { IsPartlyWritten = written.Count > 0 };
            }

            if (await WriteAsync(by, plan, written))
            {
                return new ApplyOutcome([], written, plan.Warnings);
            }
        }

        return null;
    }

    /// <summary>Writes the plan, whether or not the client still waits: what has begun shall not stay half done.</summary>
    /// <param name="written">Gets the changes, slice by slice.</param>
    /// <returns>False: another author has written in between.</returns>
    private async Task<bool> WriteAsync(Actor by, ApplyPlan plan, List<AppliedChange> written)
    {
        var version = plan.Version;
        foreach (var slice in plan.Slices())
        {
            if (!await sessions.WriteAsync(by.CompanyId, version++, tx => WriteAsync(tx, slice, by), CancellationToken.None))
            {
                return false;
            }

            written.AddRange(slice.Select(write => write.Change).OfType<AppliedChange>());
        }

        return true;
    }

    private async Task WriteAsync(IDbSession tx, IReadOnlyList<PlannedWrite> slice, Actor by)
    {
        var flows = new List<FlowChange>();
        foreach (var write in slice)
        {
            if (write.Flow is { } flow)
            {
                flows.Add(flow);
                continue;
            }

            await WriteFlowsAsync(tx, flows, by); // A folder that is deleted must be empty by then.
            await write.RunAsync!(tx);
        }

        await WriteFlowsAsync(tx, flows, by);
    }

    private async Task WriteFlowsAsync(IDbSession tx, List<FlowChange> flows, Actor by)
    {
        await WriteFlow.WriteAsync(tx, flows, by, clock.GetUtcNow(), CancellationToken.None);
        flows.Clear();
    }
}

/// <summary>What applying documents led to or, after a dry run, would lead to.</summary>
/// <param name="Faults">If there is one, nothing was written; but see <see cref="IsPartlyWritten"/>.</param>
/// <param name="Warnings">What is allowed and probably not meant, each with its place.</param>
internal sealed record ApplyOutcome(IReadOnlyList<string> Faults, IReadOnlyList<AppliedChange> Changes, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether some objects were written before another author made the faults.</summary>
    public bool IsPartlyWritten { get; init; }
}
