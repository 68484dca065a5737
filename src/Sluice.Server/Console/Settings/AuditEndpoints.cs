using System.Text;
using NodaTime.Text;
using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

/// <summary>Who did what: as a page, and as a table for other programs.</summary>
internal static class AuditEndpoints
{
    private const int Limit = 100;

    public static void MapAudit(this RouteGroupBuilder settings)
    {
        settings.MapGet("/audit", List);
        settings.MapGet("/audit/csv", Csv);
    }

    private static async Task<IResult> List(Visit visit, Db db, UserStore users)
    {
        var (filter, asked) = await ReadAsync(visit, users);
        var entries = await new AuditStore(db).ListAsync(visit.CompanyId, filter, visit.Query("before") is { } before ? WireId.Find(before) : null, Limit, visit.Ct);
        return ConsolePage.Of(visit, "settings", "Audit", AuditView.Of(visit, asked, entries, await NamesAsync(visit, users, entries), Limit));
    }

    private static async Task<IResult> Csv(Visit visit, Db db, UserStore users)
    {
        var (filter, _) = await ReadAsync(visit, users);
        var entries = await new AuditStore(db).ListAsync(visit.CompanyId, filter, null, ListCsv.MaxRows, visit.Ct);
        var names = await NamesAsync(visit, users, entries);
        var csv = new StringBuilder();
        CsvText.WriteRow(csv, "time", "action", "subject", "user", "apiKeyId", "address", "requestId", "before", "after");
        foreach (var one in entries)
        {
            CsvText.WriteRow(
                csv, WireTime.Write(one.At, visit.Zone), one.Action, one.Subject, one.By.UserId is { } user ? names.GetValueOrDefault(user)?.Email : null, one.By.ApiKeyId is { } key ? WireId.Write(key) : null,
                one.By.Address, one.By.RequestId, one.Before, one.After);
        }

        return ListCsv.File(visit, "audit", csv.ToString());
    }

    private static async Task<(AuditFilter Filter, AuditAsked Asked)> ReadAsync(Visit visit, UserStore users)
    {
        var asked = new AuditAsked(visit.Query("action"), visit.Query("user"), visit.Query("from"), visit.Query("to"));
        var user = asked.User is null ? null : await users.FindByEmailAsync(visit.CompanyId, asked.User, visit.Ct);
        return (new AuditFilter(asked.Action, asked.User is null ? null : user?.Id ?? 0, Day(visit, asked.From, 0), Day(visit, asked.To, 1)), asked);
    }

    /// <returns>Midnight in the company's zone; null: the text is no day.</returns>
    private static DateTimeOffset? Day(Visit visit, string? text, int later) =>
        text is not null && LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= 1970 and < 9000 } day } ? visit.Zone.AtStartOfDay(day.PlusDays(later)).ToDateTimeOffset() : null;

    private static async Task<Dictionary<long, User>> NamesAsync(Visit visit, UserStore users, List<AuditEntry> entries) =>
        (await users.FindAsync(visit.CompanyId, [.. entries.Select(one => one.By.UserId).OfType<long>().Distinct()], visit.Ct)).ToDictionary(user => user.Id);
}

/// <summary>What is listed, as the address says it.</summary>
internal sealed record AuditAsked(string? Action, string? User, string? From, string? To)
{
    public string Path(string path, string? before = null) => Links.With(path, ("action", Action), ("user", User), ("from", From), ("to", To), ("before", before));
}
