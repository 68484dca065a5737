using System.Diagnostics;
using System.Globalization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>
/// The comparison for uploads: a bare loop that upserts the rows of as many contacts as bench/load/upload sends, as many in each transaction as the product. It
/// receives, parses, checks, locks and counts nothing, and writes each row, whether it has changed or not.
/// </summary>
internal static class Upserts
{
    private const long CompanyId = 1;
    private const long IntegrationId = 2;

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Prints the seconds of two passes: one over the contacts that are then known, and one over all, with another title.</summary>
    /// <param name="database">An empty database.</param>
    public static async Task<int> RunAsync(string database, int known, int lines, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
        var ids = new IdMaker(TimeProvider.System) { Range = new IdRange(1, DateTimeOffset.UnixEpoch.AddYears(80), DateTimeOffset.MaxValue) };
        var first = await PassAsync(db, ids, known, "Rear admiral", Monday, ct);
        var second = await PassAsync(db, ids, lines, "Commodore", Monday.AddDays(1), ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first:F2} {second:F2}"));
        return 0;
    }

    private static async Task<double> PassAsync(Db db, IdMaker ids, int lines, string title, DateTimeOffset modifiedAt, CancellationToken ct)
    {
        var (begun, slice) = (Stopwatch.GetTimestamp(), db.Dialect.IsShared ? 1000 : 200);
        for (var from = 1; from <= lines; from += slice)
        {
            var some = Enumerable.Range(from, Math.Min(slice, lines - from + 1)).Select(number => ToProspect(number, ids.Next(), title)).ToList();
            await db.InTransactionAsync(
                async tx =>
                {
                    await PutObjectsAsync(tx, some, modifiedAt, ct);
                    await PutProspectsAsync(tx, some, ct);
                },
                ct);
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static Prospect ToProspect(int number, long id, string title)
    {
        var (crmId, email) = (string.Create(CultureInfo.InvariantCulture, $"003{number:D12}"), string.Create(CultureInfo.InvariantCulture, $"contact-{number}@example.com"));
        return new Prospect(CompanyId, id, crmId, "CONTACT", "Grace", "Hopper", email, title, null, "+1 555 0100", null, OptedOut: false, DoNotContact: false, Monday);
    }

    private static Task<int> PutObjectsAsync(IDbSession tx, List<Prospect> some, DateTimeOffset modifiedAt, CancellationToken ct) => tx.ExecuteAsync($"""
        insert into crm_objects (company_id, integration_id, object_type, object_id, modified_at, content)
        select {CompanyId}, {IntegrationId}, 'CONTACT', id, {modifiedAt}, content
        from {SqlTable.Rows(some).Text("id", one => one.CrmId).Text("content", one => Content(one, modifiedAt)).OneByOne()} o
        where true
        on conflict (company_id, integration_id, object_type, object_id) do update
        set modified_at = excluded.modified_at,
            content = excluded.content
        """, ct);

    private static string Content(Prospect one, DateTimeOffset modifiedAt) =>
        $$"""{"objectId":"{{one.CrmId}}","modifiedDate":"{{modifiedAt:s}}Z","emailAddress":"{{one.Email}}","firstName":"Grace","lastName":"Hopper","title":"{{one.Title}}","phoneNumber":"+1 555 0100"}""";

    private static Task<int> PutProspectsAsync(IDbSession tx, List<Prospect> some, CancellationToken ct)
    {
        var rows = SqlTable.Rows(some).Integer("id", one => one.Id).Text("crm_id", one => one.CrmId).Text("first_name", one => one.FirstName).Text("last_name", one => one.LastName)
            .Text("email", one => one.Email).Text("title", one => one.Title).Text("phone_number", one => one.PhoneNumber).Text("phone_key", one => AddressKey.PhoneKey(one.PhoneNumber));
        return tx.ExecuteAsync($"""
            insert into prospects (company_id, id, crm_id, kind, first_name, last_name, email, email_key, email_valid, title, phone_number, phone_key, opted_out, do_not_contact, created_at)
            select {CompanyId}, id, crm_id, 'CONTACT', first_name, last_name, email, email, true, title, phone_number, phone_key, false, false, {Monday}
            from {rows.OneByOne()} p
            where true
            on conflict (company_id, crm_id) do update
            set first_name = excluded.first_name,
                last_name = excluded.last_name,
                email = excluded.email,
                email_key = excluded.email_key,
                title = excluded.title,
                phone_number = excluded.phone_number,
                phone_key = excluded.phone_key
            """, ct);
    }
}
