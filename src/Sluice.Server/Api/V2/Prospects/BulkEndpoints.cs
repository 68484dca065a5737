using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Prospects;

internal static class BulkEndpoints
{
    public static void MapBulkAssignments(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/v2/flows/prospects/bulk-assignments");

        jobs.MapPost("", Begin).Needs("api:flows:write", BodyKind.JsonObject).WithDescription(BulkDescription.Begin);
        jobs.MapGet("/{id}", Get).Needs("api:flows:read").WithDescription(BulkDescription.Get);
    }

    /// <summary>Stores the job and then answers; the worker assigns the prospects afterwards.</summary>
    private static async Task<IResult> Begin(Call call, ResolveAssignment resolve, Db db, BulkWorker worker, Profile profile, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var request = BulkRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var (target, refused) = await resolve.RunAsync(call.CompanyId, request.FlowId, request.OwnerEmail, call.Ct);
        if (target is null)
        {
            return refused.ToApiError(profile, request.OwnerEmail);
        }

        var job = new BulkJob(
            call.CompanyId, JobId.New(clock, call.RequestId), target.Flow.Id, target.Owner.Id, call.Caller.ApiKeyId, call.RequestId, BulkJobStatus.Pending, clock.GetUtcNow());
        Spans.RememberRequest(call.RequestId);
        await db.InTransactionAsync(tx => new BulkStore(tx).AddAsync(job, request.Prospects, call.Ct), call.Ct);
        worker.Wake();
        var items = request.Prospects.Select((prospect, position) => new BulkItem(position, prospect, null)).ToList();
        return new Answer<BulkAnswer>(BulkAnswer.From(call.RequestId, job, items), BulkJson.Default.BulkAnswer, StatusCodes.Status202Accepted);
    }

    /// <summary>Reads the job and its rows as of one moment, so that status and counts agree.</summary>
    private static async Task<IResult> Get(string id, Call call, Db db)
    {
        var (job, items) = Guid.TryParseExact(id, "D", out _)
            ? await db.InSnapshotAsync(tx => ReadAsync(new BulkStore(tx), call, id), call.Ct)
            : (null, []);
        return job is null
            ? ApiError.NotFound($"Flow prospects bulk assignment {id} not found") // [rec]
            : new Answer<BulkAnswer>(BulkAnswer.From(call.RequestId, job, items), BulkJson.Default.BulkAnswer);
    }

    private static async Task<(BulkJob? Job, List<BulkItem> Items)> ReadAsync(BulkStore jobs, Call call, string id) =>
        await jobs.FindAsync(call.CompanyId, id, call.Ct) is { } job ? (job, await jobs.ListItemsAsync(job, call.Ct)) : (null, []);
}
