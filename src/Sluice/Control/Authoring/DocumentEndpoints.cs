using Sluice.Companies;
using Sluice.Flows;
using Sluice.Http;

namespace Sluice.Control.Authoring;

/// <summary>Maps <c>/sluice/v1/apply</c> and <c>/sluice/v1/export</c>, which <c>sluice apply</c> and <c>sluice export</c> call.</summary>
internal static class DocumentEndpoints
{
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int MaxDocuments = 10_000;

    public static void MapDocuments(this IEndpointRouteBuilder api)
    {
        api.MapPost("/sluice/v1/apply", Apply).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false, maxBytes: MaxBytes);
        api.MapGet("/sluice/v1/export", Export).Needs(Scopes.Manage, isCounted: false);
    }

    private static async Task<IResult> Apply(Call call, Authors authors)
    {
        try
        {
            return await authors.WriteAsync(call, async desk =>
            {
                var (dryRun, prune) = (desk.Given.Flag("dryRun", false), desk.Given.Flag("prune", false));
                var documents = desk.Given.Objects("documents", MaxDocuments) ?? [];
                desk.Given.RefuseUnknown();
                return desk.Given.IsSound
                    ? await new ApplyDocuments(desk, documents.Count == 0 ? [] : [.. call.Body.GetProperty("documents").EnumerateArray()]).RunAsync(prune, dryRun)
                    : desk.Refusal;
            });
        }
        catch (TakenBackException done)
        {
            return done.Answer;
        }
    }

    private static Task<IResult> Export(Call call, Authors authors) => authors.ReadAsync(call, async desk => new Answer<ExportAnswer>(
        new(call.RequestId, await Documents.OfAllAsync(desk.Register, await new FlowAuthoringStore(desk.Tx).ListAllAsync(desk.CompanyId, call.Ct), call.Ct)), AuthoringJson.Default.ExportAnswer));
}
