using System.Text;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

/// <summary>Writes everybody, or those who are found, as comma-separated values that the import takes.</summary>
internal static class PeopleExport
{
    private const int Piece = 1000;

    public static void MapPeopleExport(this RouteGroupBuilder console) => console.MapGet("/people/csv", Export);

    private static IResult Export(Visit visit, Db db, ProspectSearchStore search)
    {
        ListCsv.SaveAs(visit, "people");
        return Results.Stream(body => WriteAsync(body, visit, db, search), "text/csv; charset=utf-8");
    }

    /// <summary>Reads and writes piece by piece: a company may have a million people.</summary>
    private static async Task WriteAsync(Stream body, Visit visit, Db db, ProspectSearchStore search)
    {
        var csv = new StringBuilder();
        CsvText.WriteRow(csv, PeopleCsv.Fields);
        await foreach (var people in ReadAsync(visit, new ProspectStore(db), search))
        {
            PeopleCsv.Write(csv, people.Select(one => one.Prospect));
            await body.WriteAsync(Encoding.UTF8.GetBytes(csv.ToString()), visit.Ct);
            csv.Clear();
        }

        await body.WriteAsync(Encoding.UTF8.GetBytes(csv.ToString()), visit.Ct);
    }

    private static async IAsyncEnumerable<List<ProspectState>> ReadAsync(Visit visit, ProspectStore store, ProspectSearchStore search)
    {
        if (visit.Query("q") is { } asked)
        {
            yield return await store.FindAsync(visit.CompanyId, await search.FindAsync(visit.CompanyId, asked, ListCsv.MaxRows, visit.Ct), visit.Ct);
            yield break;
        }

        for (long? before = null; await store.ListAsync(visit.CompanyId, before, Piece, visit.Ct) is { Count: > 0 } people; before = people[^1].Prospect.Id)
        {
            yield return people;
        }
    }
}
