using Sluice.Engine.Companies;
using Sluice.Engine.Crm;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Retention;

/// <summary>
/// Deletes what ended before a time, of all companies. An instance goes with all that belongs to it; what belongs to no instance goes by its own age. It reads beside
/// the writer and deletes in slices, each of which is complete by itself: whoever is killed has deleted less, and the next one goes on. Any number of nodes may do so at
/// once: what one has deleted, another does not find.
/// </summary>
internal sealed class DeleteOld(Db db, TimeProvider clock)
{
    /// <summary>How far the progress bar moves for each company.</summary>
    public const int Whole = 1000;

    /// <summary>The least age. What ended later is still in the feed of events, and a reply to it may come.</summary>
    public static readonly TimeSpan MinAge = TimeSpan.FromDays(30);

    private const int Piece = 1000;

    /// <summary>Rows without others that belong to them.</summary>
    private const int Slice = 100;

    /// <summary>Instances and bulk assignments have dozens of rows each.</summary>
    private readonly int _largeSlice = db.Dialect.IsShared ? Slice : 10;

    /// <param name="isDryRun">Whether it only counts.</param>
    /// <param name="progress">Gets numbers up to <see cref="Whole"/> for each company.</param>
    public async Task<OldRows> RunAsync(TimeSpan age, bool isDryRun, IProgress<long>? progress, CancellationToken ct)
    {
        var (now, deleted, done) = (clock.GetUtcNow(), OldRows.None, 0L);
        foreach (var company in await new CompanyStore(db).ListAsync(ct))
        {
            // An admission must still find what ended within the cool-off.
            var before = now - TimeSpan.FromTicks(Math.Max(age.Ticks, TimeSpan.FromDays(company.Admission.CoolOffDays).Ticks));
            deleted += await OfCompanyAsync(company.Id, before, isDryRun, part => progress?.Report(done + part), ct);
            done += Whole;
        }

        return deleted;
    }

    /// <summary>Instances come first. What belonged to a deleted one then belongs to none, and goes by its own age.</summary>
    private async Task<OldRows> OfCompanyAsync(long companyId, DateTimeOffset before, bool isDryRun, Action<long> report, CancellationToken ct)
    {
        var until = IdRange.MakeIdAt(before, 0, 0);
        var instances = new OldInstances(db, companyId, before, until);
        return await WalkAsync(OfInstances(instances, until, report, ct), isDryRun, ct)
            + await WalkAsync(OfHistory(companyId, before, until, ct), isDryRun, ct)
            + await WalkAsync(OfTasks(instances, companyId, before, until, ct), isDryRun, ct)
            + await WalkAsync(OfInbound(instances, companyId, before, ct), isDryRun, ct)
            + await WalkAsync(OfBulk(companyId, before, ct), isDryRun, ct)
            + await WalkAsync(OfRequests(companyId, before, ct), isDryRun, ct)
            + await WalkAsync(OfCalls(companyId, before, ct), isDryRun, ct);
    }

    private OldKind<InstanceAge> OfInstances(OldInstances instances, long until, Action<long> report, CancellationToken ct)
    {
        long? first = null;
        return new(new InstanceAge(0, default, null))
        {
            List = async after =>
            {
                var piece = await instances.ListAsync(after, Piece, ct);
                first ??= piece is [var one, ..] ? one.Id : null;
                report(piece is [.., var last] && first is { } begin ? (long)(Whole * ((double)(last.Id - begin) / (until - begin))) : Whole);
                return piece;
            },
            Choose = piece => instances.ChooseAsync(piece, ct),
            Count = chosen => instances.CountAsync(chosen, ct),
            Delete = (tx, slice) => instances.DeleteAsync(tx, slice, ct),
            Together = _largeSlice,
        };
    }

    /// <summary>What an erasure left of the history of its instances.</summary>
    private OldKind<HistoryEntry> OfHistory(long companyId, DateTimeOffset before, long until, CancellationToken ct) => new(new HistoryEntry(0, 0, default))
    {
        List = after => new OldInstanceStore(db).ListHistoryAsync(companyId, after, until, Piece, ct),
        Choose = async piece =>
        {
            var there = (await new OldInstanceStore(db).ListAsync(companyId, [.. piece.Select(one => one.FlowInstanceId).Distinct()], ct)).Select(one => one.Id).ToHashSet();
            return piece.FindAll(one => one.At < before && !there.Contains(one.FlowInstanceId));
        },
        Count = chosen => Task.FromResult(new OldRows { HistoryEntries = chosen.Count }),
        Delete = async (tx, slice) => new OldRows { HistoryEntries = await new OldInstanceStore(tx).DeleteHistoryAsync(companyId, slice, ct) },
        Together = Slice,
    };

    private OldKind<ToDoAge> OfTasks(OldInstances instances, long companyId, DateTimeOffset before, long until, CancellationToken ct) => new(new ToDoAge(0, null, true, default))
    {
        List = after => new OldToDoStore(db).ListAsync(companyId, after.Id, until, Piece, ct),
        Choose = async piece =>
        {
            var closed = piece.FindAll(one => !one.IsOpen && one.UpdatedAt < before);
            var staying = await instances.FindStayingAsync(closed.Select(one => one.FlowInstanceId).OfType<long>(), ct);
            return closed.FindAll(one => one.FlowInstanceId is not { } id || !staying.Contains(id));
        },
        Count = chosen => Task.FromResult(new OldRows { Tasks = chosen.Count }),
        Delete = async (tx, slice) => new OldRows { Tasks = await new OldToDoStore(tx).DeleteAsync(companyId, [.. slice.Select(one => one.Id)], ct) },
        Together = Slice,
    };

    private OldKind<InboundAge> OfInbound(OldInstances instances, long companyId, DateTimeOffset before, CancellationToken ct) => new(new InboundAge("", DateTimeOffset.MinValue, null))
    {
        List = after => new OldInboundStore(db).ListAsync(companyId, after, before, Piece, ct),
        Choose = async piece =>
        {
            var others = (await new OldInboundStore(db).ListOthersAsync(companyId, piece.ConvertAll(one => one.MessageId), ct)).ToLookup(one => one.MessageId, one => one.FlowInstanceId);
            IEnumerable<long> BelongsTo(InboundAge one) => one.FlowInstanceId is { } id ? others[one.MessageId].Append(id) : others[one.MessageId];
            var staying = await instances.FindStayingAsync(piece.SelectMany(BelongsTo), ct);
            return piece.FindAll(one => !BelongsTo(one).Any(staying.Contains));
        },
        Count = chosen => Task.FromResult(new OldRows { InboundMessages = chosen.Count }),
        Delete = async (tx, slice) => new OldRows { InboundMessages = await new InboundStore(tx).DeleteAsync(companyId, [.. slice.Select(one => one.MessageId)], ct) },
        Together = Slice,
    };

    private OldKind<BulkAge> OfBulk(long companyId, DateTimeOffset before, CancellationToken ct) => new(new BulkAge("", default, default))
    {
        List = after => new OldBulkStore(db).ListAsync(companyId, after.Id, JobId.FirstAt(before), Piece, ct),
        Choose = piece => Task.FromResult(piece.FindAll(one => one.Status is BulkJobStatus.Completed or BulkJobStatus.Failed && one.CreatedAt < before)),
        Count = chosen => Task.FromResult(new OldRows { BulkAssignments = chosen.Count }),
        Delete = async (tx, slice) => new OldRows { BulkAssignments = await new OldBulkStore(tx).DeleteAsync(companyId, [.. slice.Select(one => one.Id)], ct) },
        Together = _largeSlice,
    };

    private OldKind<RequestAge> OfRequests(long companyId, DateTimeOffset before, CancellationToken ct) => new(new RequestAge(DateTimeOffset.MinValue, 0, 0, ""))
    {
        List = after => new OldRequestStore(db).ListAsync(companyId, after, before, Piece, ct),
        Choose = Task.FromResult,
        Count = chosen => Task.FromResult(new OldRows { CrmRequests = chosen.Count }),
        Delete = async (tx, slice) => new OldRows { CrmRequests = await new OldRequestStore(tx).DeleteAsync(companyId, slice, ct) },
        Together = Slice,
    };

    private OldKind<long> OfCalls(long companyId, DateTimeOffset before, CancellationToken ct) => new(0)
    {
        List = after => new OldCallStore(db).ListAsync(companyId, after, Days.Of(before, NodaTime.DateTimeZone.Utc), Piece, ct),
        Choose = Task.FromResult,
        Count = chosen => Task.FromResult(new OldRows { DaysOfCalls = chosen.Count }),
        Delete = async (tx, slice) => new OldRows { DaysOfCalls = await new OldCallStore(tx).DeleteAsync(companyId, slice, ct) },
        Together = Slice,
    };

    private async Task<OldRows> WalkAsync<T>(OldKind<T> kind, bool isDryRun, CancellationToken ct)
    {
        var (deleted, piece) = (OldRows.None, await kind.List(kind.Start));
        while (piece.Count > 0)
        {
            var old = await kind.Choose(piece);
            if (isDryRun)
            {
                deleted += old.Count == 0 ? OldRows.None : await kind.Count(old);
            }

            foreach (var slice in isDryRun ? [] : old.Chunk(kind.Together))
            {
                deleted += await DeleteAsync(kind, slice, ct);
            }

            piece = piece.Count < Piece ? [] : await kind.List(piece[^1]);
        }

        return deleted;
    }

    /// <summary>On SQLite it then pauses for as long as it held the only writer. Others may be in another process, and no queue gives them a turn.</summary>
    private async Task<OldRows> DeleteAsync<T>(OldKind<T> kind, T[] slice, CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        var deleted = await db.InTransactionAsync(tx => kind.Delete(tx, slice), ct);
        await (db.Dialect.IsShared ? Task.CompletedTask : Task.Delay(clock.GetElapsedTime(begun), TimeProvider.System, ct));
        return deleted;
    }

    /// <summary>Rows of one kind, and how the old ones are found and deleted.</summary>
    /// <param name="Start">Stands before the first row.</param>
    private sealed record OldKind<T>(T Start)
    {
        /// <summary>Lists the next rows after a row.</summary>
        public required Func<T, Task<List<T>>> List { get; init; }

        /// <summary>Picks the old ones.</summary>
        public required Func<List<T>, Task<List<T>>> Choose { get; init; }

        public required Func<List<T>, Task<OldRows>> Count { get; init; }

        public required Func<IDbSession, T[], Task<OldRows>> Delete { get; init; }

        /// <summary>How many are deleted in one transaction.</summary>
        public required int Together { get; init; }
    }
}
