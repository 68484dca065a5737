using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Suppressions;

/// <summary>Maps <c>/sluice/v1/suppressions</c>: the addresses whose owners must be left alone.</summary>
internal static class SuppressionEndpoints
{
    private const int MaxBytes = 4 * RequestBody.MaxBytes;
    private const int MaxFaults = 100;
    private const int MaxExported = 10_000;

    private static readonly ApiError IsFull =
        new(StatusCodes.Status409Conflict, $"The stop list has {AddToStopList.MaxEntries} entries already, which is the limit: put whole domains on it");

    private static readonly string[] Addable = [.. SuppressionKinds.OfPeople.Select(kind => kind.Word()), SuppressionKind.Domain.Word()];

    public static void MapSuppressions(this RouteGroupBuilder manage)
    {
        var suppressions = manage.MapGroup("/suppressions");

        suppressions.MapGet("", List).Takes("address", "kind", "lifted", "before", "limit").WithDescription(SuppressionDescription.List);
        suppressions.MapPost("", Add).ReadsObject().WithDescription(SuppressionDescription.Add);
        suppressions.MapDelete("/{id}", Lift).Takes("reason").WithDescription(SuppressionDescription.Lift);
        suppressions.MapGet("/export", Export).Takes("before", "limit").WithDescription(SuppressionDescription.Export);
        suppressions.MapPost("/import", Import).ReadsObject(MaxBytes).WithMetadata(new RunsApart()).WithDescription(SuppressionDescription.Import);
    }

    private static async Task<IResult> List(Call call, Db db)
    {
        var query = call.ReadQuery();
        var (address, kind, lifted) = (query.OptionalText("address"), query.OptionalWord("kind", SuppressionKinds.All), query.OptionalFlag("lifted") ?? false);
        var (before, limit) = (query.OptionalId("before"), query.Integer("limit", 20, 1, 100));
        var key = address is null ? null : AddressKey.Find(address);
        if (address is not null && key is null)
        {
            query.Fault("address", $"{StopEntry.Read(address, null, null).Fault}, not {RequestReader.Echo(address)}");
        }

        return query.Refusal is { } refusal ? refusal : new Answer<SuppressionsAnswer>(
            new(call.RequestId, [.. (await new SuppressionStore(db).ListAsync(call.CompanyId, key?.Text, kind, lifted, before, limit, call.Ct)).Select(one => SuppressionItem.From(one, call.Caller.TimeZone))]),
            SuppressionJson.Default.SuppressionsAnswer);
    }

    internal static async Task<IResult> Add(Call call, AddToStopList add)
    {
        var fields = call.ReadBody();
        var (address, kind, reason) = (fields.RequiredText("address", 1000), fields.OptionalWord("kind", Addable), ReadReason(fields));
        var (entry, fault) = StopEntry.Read(address, kind is null || !Addable.Contains(kind) ? null : SuppressionKinds.Read(kind), reason);
        if (fields.Faults.Count == 0 && entry is null)
        {
            fields.Fault("address", $"{fault}, not {RequestReader.Echo(address)}");
        }

        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        return await add.RunAsync(entry!, call.ToActor(), call.Ct) is { } stored
            ? new Answer<SuppressionAnswer>(new(call.RequestId, SuppressionItem.From(stored, call.Caller.TimeZone)), SuppressionJson.Default.SuppressionAnswer, StatusCodes.Status201Created)
            : IsFull;
    }

    internal static async Task<IResult> Lift(string id, Call call, Db db, LetInAgain letIn)
    {
        var query = call.ReadQuery();
        var reason = query.RequiredText("reason", StopEntry.MaxReason);
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var (entryId, by) = (WireId.Find(id) ?? 0, call.ToActor());
        return await db.InTransactionAsync(tx => letIn.RunAsync(tx, entryId, reason, by, call.Ct), call.Ct) is { } lifted
            ? new Answer<SuppressionAnswer>(new(call.RequestId, SuppressionItem.From(lifted, call.Caller.TimeZone)), SuppressionJson.Default.SuppressionAnswer)
            : await new SuppressionStore(db).FindAsync(call.CompanyId, entryId, call.Ct) is null
                ? ApiError.NotFound("There is no such entry on the stop list")
                : new ApiError(StatusCodes.Status409Conflict, "The entry was lifted before");
    }

    internal static async Task<IResult> Export(Call call, Db db)
    {
        var query = call.ReadQuery();
        var (before, limit) = (query.OptionalId("before"), query.Integer("limit", MaxExported, 1, MaxExported));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var entries = await new SuppressionStore(db).ListAsync(call.CompanyId, null, null, withLifted: false, before, limit, call.Ct);
        var csv = StopListCsv.Write(entries, time => WireTime.Write(time, call.Caller.TimeZone), WireId.Write);
        return new Answer<SuppressionExportAnswer>(new(call.RequestId, csv, entries.Count == limit ? WireId.Write(entries[^1].Id) : null), SuppressionJson.Default.SuppressionExportAnswer);
    }

    internal static async Task<IResult> Import(Call call, AddToStopList add)
    {
        var fields = call.ReadBody();
        var csv = fields.RequiredText("csv");
        var (entries, faults) = fields.Faults.Count > 0 ? ([], []) : StopListCsv.Read(csv);
        if (faults is [{ Line: 0 } whole])
        {
            fields.Fault("csv", whole.Error);
        }

        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        return await add.RunAsync(entries, call.ToActor(), call.Ct) is { } added
            ? new Answer<SuppressionImportAnswer>(new(call.RequestId, added, entries.Count - added, faults.Count, [.. faults.Take(MaxFaults)]), SuppressionJson.Default.SuppressionImportAnswer)
            : IsFull;
    }

    private static string? ReadReason(RequestReader fields)
    {
        var reason = fields.OptionalText("reason");
        if (reason is { Length: > StopEntry.MaxReason })
        {
            fields.Fault("reason", $"should have at most {StopEntry.MaxReason} characters");
        }

        return string.IsNullOrWhiteSpace(reason) ? null : reason;
    }
}
