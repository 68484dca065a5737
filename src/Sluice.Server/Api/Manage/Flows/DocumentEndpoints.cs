using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/apply</c> and <c>/sluice/v1/export</c>, which <c>sluice apply</c> and <c>sluice export</c> call.</summary>
internal static class DocumentEndpoints
{
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int MaxDocuments = 10_000;
    private const string PartlyWritten = "another author changed this meanwhile, and a part of the documents was applied before: apply them again";

    private static readonly ApiError Crowded = new(
        StatusCodes.Status409Conflict, "Other authors wrote all the time, so only a part of the documents may be applied: apply them again");

    public static void MapDocuments(this RouteGroupBuilder manage)
    {
        manage.MapPost("/apply", Apply).ReadsObject(MaxBytes).WithMetadata(new RunsApart()).WithDescription(AuthoringDescription.Apply);
        manage.MapGet("/export", Export).WithDescription(AuthoringDescription.Export);
    }

    internal static async Task<IResult> Apply(Call call, ApplyDocuments apply)
    {
        var fields = call.ReadBody();
        var (dryRun, prune) = (fields.Flag("dryRun"), fields.Flag("prune"));
        var documents = fields.Objects("documents", MaxDocuments) ?? [];
        return fields.Refusal is { } refusal
            ? refusal
            : Shape(call, dryRun, await apply.RunAsync(call.ToActor(), [.. documents.Select(document => document.Fields)], prune, dryRun, call.Ct));
    }

    private static IResult Shape(Call call, bool dryRun, ApplyOutcome? outcome) => outcome switch
    {
        null => Crowded,
        { Faults.Count: > 0 } => ApiError.Faults(outcome.IsPartlyWritten ? [.. outcome.Faults, PartlyWritten] : outcome.Faults),
        _ => new Answer<ApplyAnswer>(new(call.RequestId, dryRun, outcome.Changes, outcome.Warnings), AuthoringJson.Default.ApplyAnswer),
    };

    internal static Task<IResult> Export(Call call, AuthoringSessions sessions) => ExportAsync(call, sessions, Json.ContentType, async (documents, file) =>
    {
        await using var json = Json.WriterTo(file);
        json.WriteStartObject();
        json.WriteString("requestId", call.RequestId);
        json.WriteStartArray("documents");
        await foreach (var document in documents)
        {
            document.WriteTo(json);
            await json.FlushAsync(call.Ct);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Answers with a file of all flows, folders and rulesets as of one moment.</summary>
    internal static async Task<IResult> ExportAsync(Call call, AuthoringSessions sessions, string contentType, Func<IAsyncEnumerable<JsonObject>, Stream, Task> write) =>
        await call.RefuseCrowdAsync() is { } crowded ? crowded : await sessions.DecideAsync(
            call.ToActor(),
            async (session, _) =>
            {
                var documents = Documents.OfAllAsync(session.Names, await new FlowAuthoringStore(session.Tx).ListAllAsync(session.CompanyId, call.Ct), call.Ct);
                return await SpooledAnswer.WriteAsync(contentType, file => write(documents, file));
            },
            call.Ct);
}
