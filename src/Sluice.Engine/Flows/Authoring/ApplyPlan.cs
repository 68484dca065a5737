using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>What applying documents would do. It was decided on one version of the company's things, and nothing is written yet.</summary>
/// <param name="Faults">If there is one, nothing may be written.</param>
/// <param name="Writes">In the order in which they may be written: what another one refers to comes before it.</param>
/// <param name="Warnings">What is allowed and probably not meant, each with its place.</param>
internal sealed record ApplyPlan(long Version, IReadOnlyList<string> Faults, IReadOnlyList<PlannedWrite> Writes, IReadOnlyList<string> Warnings)
{
    /// <summary>More at once would hold SQLite's only writer, which all companies share, for too long. A flow is never cut: one alone may be longer.</summary>
    private const int MaxTogether = 50;
    private const int MaxLengthTogether = 128 * 1024;

    /// <summary>Cuts the writes into slices; each is written in one transaction.</summary>
    public IEnumerable<IReadOnlyList<PlannedWrite>> Slices()
    {
        var (slice, length) = (new List<PlannedWrite>(), 0);
        foreach (var write in Writes)
        {
            if (slice.Count == MaxTogether || (slice.Count > 0 && length + write.Length > MaxLengthTogether))
            {
                yield return slice;
                (slice, length) = ([], 0);
            }

            slice.Add(write);
            length += write.Length;
        }

        if (slice.Count > 0)
        {
            yield return slice;
        }
    }
}

/// <summary>One thing to write, all of it or nothing.</summary>
/// <param name="Change">Told to the client; null: there is nothing to tell.</param>
/// <param name="Flow">Null: <paramref name="RunAsync"/> writes it, or it is a flow of a dry run, which writes nothing. Flows are written together with their neighbours.</param>
internal sealed record PlannedWrite(AppliedChange? Change, FlowChange? Flow = null, Func<IDbSession, Task>? RunAsync = null)
{
    public int Length => Flow?.Length ?? 0;
}
