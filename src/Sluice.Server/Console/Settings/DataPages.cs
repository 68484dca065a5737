using System.Text.Json.Nodes;
using Sluice.Engine.Flows.Authoring;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>What is brought in and taken out as files. The form for flows makes the call that <c>sluice apply</c> makes.</summary>
internal static class DataPages
{
    /// <summary>Some hundred flows. A larger file goes by the command.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    public static void MapDataPages(this RouteGroupBuilder console)
    {
        var data = console.MapGroup("/settings/data");
        data.MapGet("", (Visit visit) => Page(visit, new FlowFile("", false, [])));
        data.MapGet("/flows", Export);
        data.MapPost("/flows", Apply).WithMetadata(new LongForm(MaxBytes, HasFile: true), new RunsApart());
    }

    private static Task<IResult> Export(Visit visit, AuthoringSessions sessions) => DocumentEndpoints.ExportAsync(visit.Call, sessions, "application/yaml; charset=utf-8", async (documents, file) =>
    {
        visit.Http.Response.Headers.ContentDisposition = "attachment; filename=\"flows.yaml\"";
        await using var text = new StreamWriter(file, leaveOpen: true);
        var between = "";
        await foreach (var document in documents)
        {
            await text.WriteAsync(between);
            await text.WriteAsync(YamlText.Write(document));
            between = YamlText.Between;
        }
    });

    /// <summary>First says what would change, then changes it.</summary>
    private static async Task<IResult> Apply(Visit visit, ApplyDocuments apply)
    {
        var (isDry, prunes) = (visit.Field("do") != "apply", visit.Field("prune") is not null);
        if (isDry)
        {
            visit.NoteNothing();
        }

        var (text, files) = (await FileField.ReadAsync(visit, "yaml"), new FlowFiles());
        files.Read("file", text ?? "");
        var file = new FlowFile(text ?? "", prunes, text is null ? ["The file is not in UTF-8"] : files.Faults);
        if (file.Faults.Count > 0 || files.Documents.Count == 0)
        {
            // With prune, an empty file would delete everything.
            return Page(visit, file.Faults.Count > 0 ? file : file with { Faults = ["There is no flow, folder or ruleset in it"] }, StatusCodes.Status400BadRequest);
        }

        return await DocumentEndpoints.Apply(visit.Call.ToApi(new JsonObject { ["documents"] = files.Documents, ["dryRun"] = isDry, ["prune"] = prunes }), apply) switch
        {
            Answer<ApplyAnswer> done => ConsolePage.Of(visit, "settings", isDry ? "What would change" : "The flows are changed", DataView.Planned(visit, file, done.Body, files.Locate)),
            var answer => Page(visit, file with { Faults = [.. ((ApiError)answer).Errors.Select(files.Locate)] }, ((ApiError)answer).Status),
        };
    }

    private static ConsolePage Page(Visit visit, FlowFile file, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", "Import and export", DataView.Of(visit, file), status: status);
}

/// <summary>Flows, folders and rulesets that a person brings.</summary>
/// <param name="Prunes">Whether what is not in it is deleted.</param>
internal sealed record FlowFile(string Text, bool Prunes, IReadOnlyList<string> Faults);
