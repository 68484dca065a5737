using Sluice.Engine.Prospects.Changes;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.People;

/// <summary>Brings people in from a CSV file: first looks at it, then stores it.</summary>
internal static class ImportEndpoints
{
    /// <summary>Some thousands of people. A larger file goes by the command.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    public static void MapImport(this RouteGroupBuilder console)
    {
        console.MapGet("/people/import", (Visit visit) => Page(visit, ImportView.Form(visit, "", null)));
        console.MapPost("/people/import", Import).WithMetadata(new LongForm(MaxBytes, HasFile: true), new RunsApart());
    }

    private static async Task<IResult> Import(Visit visit, ImportPeople import)
    {
        var (given, isDry) = (await FileField.ReadAsync(visit, "csv"), visit.Field("do") != "import");
        if (isDry)
        {
            visit.NoteNothing();
        }

        if (given is not { } csv)
        {
            return Page(visit, ImportView.Form(visit, "", "The file is not in UTF-8: save it as CSV in UTF-8"), StatusCodes.Status400BadRequest);
        }

        var file = PeopleCsv.Read(csv, ReadMapping(visit));
        if (file.Faults is [{ Line: 0 } whole] && file.Columns.Count == 0)
        {
            return Page(visit, ImportView.Form(visit, csv, whole.Error), StatusCodes.Status400BadRequest);
        }

        var isBroken = file.Faults is [{ Line: 0 }];
        var done = isBroken ? new PeopleImport(0, 0, 0) : await import.RunAsync(visit.CompanyId, file.People, isDry, visit.Ct);
        return Page(visit, isDry || isBroken ? ImportView.Checked(visit, csv, file, done) : ImportView.Done(file, done), isBroken ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }

    /// <summary>Reads what was chosen for each column. The first look has no choices.</summary>
    private static Dictionary<string, string> ReadMapping(Visit visit)
    {
        var mapping = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; visit.Text($"name-{at}") is { Length: > 0 } name; at++)
        {
            mapping[name] = PeopleCsv.Fields.Contains(visit.Text($"field-{at}")) ? visit.Text($"field-{at}") : "";
        }

        return mapping;
    }

    private static ConsolePage Page(Visit visit, Html body, int status = StatusCodes.Status200OK) => ConsolePage.Of(visit, "people", "Import people", body, status: status);
}
