using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Suppressions;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>The addresses whose owners must be left alone. Each form makes the call of the API.</summary>
internal static class StopListPages
{
    private const int Limit = 100;

    /// <summary>Some ten thousand addresses. A larger file goes by the command.</summary>
    private const int MaxBytes = 2 * 1024 * 1024;

    public static void MapStopList(this RouteGroupBuilder console)
    {
        var list = console.MapGroup("/settings/stop-list");
        list.MapGet("", (Visit visit, Db db, UserStore users) => ListAsync(visit, db, users, null));
        list.MapGet("/new", (Visit visit) => NewPage(visit, FormFields.Blank));
        list.MapPost("", Add);
        list.MapPost("/{id}/lift", Lift);
        list.MapGet("/csv", Csv);
        list.MapGet("/import", (Visit visit) => ImportPage(visit, FormFields.Blank));
        list.MapPost("/import", Import).WithMetadata(new LongForm(MaxBytes, HasFile: true), new RunsApart());
    }

    private static async Task<IResult> Add(Visit visit, AddToStopList add)
    {
        var body = new JsonObject { ["address"] = visit.Field("address") };
        foreach (var name in (string[])["kind", "reason"])
        {
            if (visit.Field(name) is { } text)
            {
                body[name] = text;
            }
        }

        switch (await SuppressionEndpoints.Add(visit.Call.ToApi(body), add))
        {
            case Answer<SuppressionAnswer> added:
                visit.NoteBefore($"suppression {added.Body.Suppression.Id}");
                return Notice.Redirect(Links.SettingsStopList, "stopped-address");
            case var answer:
                return NewPage(visit, FormFields.Of(visit, (ApiError)answer), ((ApiError)answer).Status);
        }
    }

    private static async Task<IResult> Lift(string id, Visit visit, Db db, UserStore users, LetInAgain letIn)
    {
        if (WireId.Find(id) is not { } entryId || await new SuppressionStore(db).FindAsync(visit.CompanyId, entryId, visit.Ct) is not { } entry)
        {
            return ConsolePage.NotFound(visit, "settings", "entry");
        }

        visit.NoteBefore($"suppression {id}", ("address", StopListView.AddressOf(entry)), ("kind", entry.Kind.Word()));
        return await SuppressionEndpoints.Lift(id, visit.Call.ToApi(query: QueryString.Create("reason", visit.Field("reason") ?? "")), db, letIn) is ApiError refusal
            ? await ListAsync(visit, db, users, refusal)
            : Notice.Redirect(Links.SettingsStopList, "lifted");
    }

    private static async Task<IResult> Csv(Visit visit, Db db)
    {
        if (await SuppressionEndpoints.Export(visit.Call.ToApi(query: QueryString.Empty), db) is not Answer<SuppressionExportAnswer> answer)
        {
            return ConsolePage.NotFound(visit, "settings", "list");
        }

        return ListCsv.File(visit, "stop-list", answer.Body.Csv);
    }

    private static async Task<IResult> Import(Visit visit, AddToStopList add)
    {
        if (await FileField.ReadAsync(visit, "csv") is not { } csv)
        {
            return ImportPage(visit, FormFields.Back([], ["csv: the file is not in UTF-8: save it as CSV in UTF-8"]), StatusCodes.Status400BadRequest);
        }

        return await SuppressionEndpoints.Import(visit.Call.ToApi(new JsonObject { ["csv"] = csv }), add) switch
        {
            Answer<SuppressionImportAnswer> done => ConsolePage.Of(visit, "settings", "Import into the stop list", StopListView.Imported(done.Body)),
            var answer => ImportPage(visit, FormFields.Back([("csv", csv)], ((ApiError)answer).Errors), ((ApiError)answer).Status),
        };
    }

    private static async Task<IResult> ListAsync(Visit visit, Db db, UserStore users, ApiError? refusal)
    {
        var asked = new StopListAsked(visit.Query("address"), SuppressionKinds.All.FirstOrDefault(kind => kind == visit.Query("kind")), visit.Query("lifted") is not null);
        var key = asked.Address is null ? null : AddressKey.Find(asked.Address);
        var entries = asked.Address is not null && key is null
            ? []
            : await new SuppressionStore(db).ListAsync(visit.CompanyId, key?.Text, asked.Kind, asked.WithLifted, visit.Query("before") is { } before ? WireId.Find(before) : null, Limit, visit.Ct);
        var names = await users.FindNamesAsync(visit.CompanyId, entries.Select(one => one.By.UserId).OfType<long>(), visit.Ct);
        return ConsolePage.Of(
            visit, "settings", "Stop list", StopListView.List(visit, asked, entries, names, Limit, refusal is null ? FormFields.Blank : FormFields.Of(visit, refusal)), $"Who must be left alone, and addresses that do not exist", refusal?.Status ?? StatusCodes.Status200OK);
    }

    private static ConsolePage NewPage(Visit visit, FormFields fields, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", "Put an address on the stop list", StopListView.New(visit, fields), status: status);

    private static ConsolePage ImportPage(Visit visit, FormFields fields, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", "Import into the stop list", StopListView.Import(visit, fields), status: status);
}

/// <summary>What is listed, as the address says it.</summary>
internal sealed record StopListAsked(string? Address, string? Kind, bool WithLifted)
{
    public string Path(string? before) => Links.With(Links.SettingsStopList, ("address", Address), ("kind", Kind), ("lifted", WithLifted ? "on" : null), ("before", before));
}
