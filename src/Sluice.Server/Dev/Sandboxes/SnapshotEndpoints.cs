using Sluice.Engine.Primitives;
using Sluice.Engine.Storage.Copy;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>Maps what is done with a whole sandbox: keep it, go back, make a second one, compare.</summary>
internal static class SnapshotEndpoints
{
    private const int MaxDifferences = 1000;

    public static void MapSnapshots(this RouteGroupBuilder sandboxes)
    {
        sandboxes.MapPost("/{id}/snapshots", Keep).WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Keep);
        sandboxes.MapDelete("/{id}/snapshots/{snapshotId}", Forget).WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Forget);
        sandboxes.MapGet("/{id}/snapshots/{snapshotId}/file", Save).WithDescription(SandboxDescription.Save);
        sandboxes.MapPost("/{id}/snapshots/file", Load).ReadsObjectOr(SnapshotFile.Type).WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Load);
        sandboxes.MapPost("/{id}/restore", Restore).ReadsObject().WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Restore);
        sandboxes.MapPost("/{id}/fork", Fork).ReadsObject().WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Fork);
        sandboxes.MapGet("/{id}/diff", Compare).Takes("from", "to").WithDescription(SandboxDescription.Diff);
    }

    private static async Task<IResult> Keep(string id, Call call, Sandboxes sandboxes) =>
        sandboxes.FindOwn(call, id) is not { } sandbox ? SandboxEndpoints.NotFound(id)
        : await sandboxes.KeepAsync(sandbox, call.Ct) is { } snapshot ? Shape(call, snapshot)
        : TooMany();

    private static IResult Forget(string id, string snapshotId, Call call, Sandboxes sandboxes)
    {
        if (sandboxes.FindOwn(call, id) is not { } sandbox || sandbox.Find(WireId.Find(snapshotId) ?? 0) is not { } snapshot || !sandbox.Forget(snapshot))
        {
            return NoSnapshot(snapshotId);
        }

        SandboxDatabases.DeleteFile(snapshot.File);
        return new Answer<SandboxDropped>(new(call.RequestId, WireId.Write(snapshot.Id)), SandboxJson.Default.SandboxDropped);
    }

    private static IResult Save(string id, string snapshotId, Call call, Sandboxes sandboxes) =>
        sandboxes.FindOwn(call, id) is { } sandbox && sandbox.Find(WireId.Find(snapshotId) ?? 0) is { } snapshot
            ? new SavedSnapshot(sandbox.Begin.Seed, snapshot.File)
            : NoSnapshot(snapshotId);

    private static async Task<IResult> Load(string id, Call call, Sandboxes sandboxes, SandboxDatabases databases)
    {
        if (!call.IsRaw)
        {
            return call.ReadBody().Refusal ?? new ApiError(StatusCodes.Status415UnsupportedMediaType, $"A snapshot is sent as {SnapshotFile.Type}");
        }

        if (sandboxes.FindOwn(call, id) is not { } sandbox)
        {
            return SandboxEndpoints.NotFound(id);
        }

        var image = databases.NewFile();
        var refusal = await SnapshotFile.ReadAsync(call.Request, sandbox.Begin.Seed, image, databases, call.Ct);
        var snapshot = refusal is null ? await sandboxes.KeepFileAsync(sandbox, image, call.Ct) : null;
        if (snapshot is null)
        {
            SandboxDatabases.DeleteFile(image);
        }

        return snapshot is not null ? Shape(call, snapshot) : refusal ?? TooMany();
    }

    private static async Task<IResult> Restore(string id, Call call, Sandboxes sandboxes)
    {
        var fields = call.ReadBody();
        var snapshotId = fields.Id("snapshot");
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (sandboxes.FindOwn(call, id) is not { } sandbox)
        {
            return SandboxEndpoints.NotFound(id);
        }

        if (sandboxes.FindSnapshot(call.CompanyId, snapshotId) is not { } found)
        {
            return NoSnapshot(WireId.Write(snapshotId));
        }

        if (found.Sandbox.Begin.Seed != sandbox.Begin.Seed)
        {
            return ApiError.Faults([$"snapshot: is of seed {found.Sandbox.Begin.Seed}, and this sandbox of seed {sandbox.Begin.Seed}: fork that one instead"]);
        }

        return await sandboxes.OpenAsync(sandbox, found.Snapshot.File, call.Ct) ? SandboxEndpoints.Shape(call, sandbox) : SandboxEndpoints.NotFound(id);
    }

    internal static async Task<IResult> Fork(string id, Call call, Sandboxes sandboxes)
    {
        var fields = call.ReadBody();
        var snapshotId = fields.OptionalId("snapshot");
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (sandboxes.FindOwn(call, id) is not { } sandbox)
        {
            return SandboxEndpoints.NotFound(id);
        }

        var root = SandboxEndpoints.RootOf(call);
        if (snapshotId is null)
        {
            var made = await sandboxes.WithImageAsync(sandbox, image => sandboxes.AddAsync(call.CompanyId, sandbox.Begin, root, (sandbox.Id, image), call.Ct), call.Ct);
            return await SandboxEndpoints.ShapeNewAsync(call, sandboxes, made);
        }

        return sandboxes.FindSnapshot(call.CompanyId, snapshotId.Value) is { } found
            ? await SandboxEndpoints.ShapeNewAsync(call, sandboxes, await sandboxes.AddAsync(call.CompanyId, found.Sandbox.Begin, root, (found.Sandbox.Id, found.Snapshot.File), call.Ct))
            : NoSnapshot(WireId.Write(snapshotId.Value));
    }

    private static async Task<IResult> Compare(string id, Call call, Sandboxes sandboxes, SandboxImages images, SandboxDatabases databases)
    {
        var query = call.ReadQuery();
        var (from, to) = (query.OptionalId("from"), query.OptionalId("to"));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        if (sandboxes.FindOwn(call, id) is not { } sandbox)
        {
            return SandboxEndpoints.NotFound(id);
        }

        foreach (var one in (long?[])[from, to])
        {
            if (one is { } asked && sandboxes.FindSnapshot(call.CompanyId, asked) is null && sandboxes.FindOwn(call, WireId.Write(asked)) is null)
            {
                return NoSnapshot(WireId.Write(asked));
            }
        }

        Task<DiffAnswer?> WithAsync(long? which, Func<string, Task<DiffAnswer?>> use) => which is { } asked
            ? sandboxes.FindSnapshot(call.CompanyId, asked) is { } found ? use(found.Snapshot.File) : sandboxes.WithImageAsync(sandboxes.FindOwn(call, WireId.Write(asked))!, use, call.Ct)
            : OfSeedAsync(use);
        async Task<DiffAnswer?> OfSeedAsync(Func<string, Task<DiffAnswer?>> use) => await use(await images.OfSeedAsync(sandbox.Begin.Seed, call.Ct));
        var answer = await WithAsync(from, before => WithAsync(to ?? sandbox.Id, after => CompareAsync(call, databases, before, after)));
        return answer is null ? SandboxEndpoints.NotFound(id) : new Answer<DiffAnswer>(answer, SandboxJson.Default.DiffAnswer);
    }

    private static async Task<DiffAnswer?> CompareAsync(Call call, SandboxDatabases databases, string before, string after)
    {
        var (changes, count) = await databases.ReadImageAsync(before, from => databases.ReadImageAsync(after, to => RowDiff.RunAsync(from, to, MaxDifferences, call.Ct)));
        return new DiffAnswer(call.RequestId, changes.ConvertAll(DifferenceItem.From), count, count > changes.Count);
    }

    private static Answer<SnapshotAnswer> Shape(Call call, SandboxSnapshot snapshot) =>
        new(new(call.RequestId, SnapshotItem.From(snapshot, call.Caller.TimeZone)), SandboxJson.Default.SnapshotAnswer, StatusCodes.Status201Created);

    private static ApiError NoSnapshot(string id) => ApiError.NotFound($"There is no snapshot {RequestReader.Echo(id)}");

    private static ApiError TooMany() => new(StatusCodes.Status409Conflict, $"The sandbox has {Sandbox.MaxSnapshots} snapshots already, which is the limit: delete one first");

    private sealed class SavedSnapshot(int seed, string image) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => SnapshotFile.WriteAsync(httpContext.Response, seed, image, httpContext.RequestAborted);
    }
}
