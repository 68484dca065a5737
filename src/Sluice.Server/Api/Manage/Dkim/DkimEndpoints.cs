using System.Globalization;
using Sluice.Engine.Companies;
using Sluice.Engine.Dkim;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Dkim;

/// <summary>Maps <c>/sluice/v1/dkim-keys</c>: the keys that sign the mail of a domain.</summary>
internal static class DkimEndpoints
{
    private const int MaxDomain = 253;
    private const int MaxSelector = 40;
    private const string NoKey = "domain: this server has no master key, so it can keep no private key: set SLUICE_MASTER_KEY to 64 hexadecimal digits, such as from openssl rand -hex 32, and start it again";

    public static void MapDkimKeys(this RouteGroupBuilder manage)
    {
        var keys = manage.MapGroup("/dkim-keys");

        keys.MapGet("", List).WithDescription(DkimDescription.List);
        keys.MapPost("", Add).ReadsObject().WithDescription(DkimDescription.Add);
        keys.MapPatch("/{id}", Change).ReadsObject().WithDescription(DkimDescription.Change);
        keys.MapDelete("/{id}", Remove).WithDescription(DkimDescription.Remove);
    }

    private static async Task<IResult> List(Call call, Db db) => new Answer<DkimKeysAnswer>(
        new(call.RequestId, (await new DkimKeyStore(db).ListAsync(call.CompanyId, call.Ct)).ConvertAll(DkimKeyItem.From)), DkimJson.Default.DkimKeysAnswer);

    private static async Task<IResult> Add(Call call, Db db, DkimSecrets secrets, IdMaker ids, TimeProvider clock)
    {
        var (fields, now) = (call.ReadBody(), clock.GetUtcNow());
        var (domain, selector) = (ReadDomain(fields), ReadSelector(fields, now));
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!secrets.HasKey)
        {
            return ApiError.Faults([NoKey]);
        }

        if (await FindConflictAsync(db, call.CompanyId, domain, selector, call.Ct) is { } known)
        {
            return new ApiError(StatusCodes.Status409Conflict, known); // Before the work: making keys takes a tenth of a second.
        }

        var key = secrets.Make(call.CompanyId, ids.Next(), domain, selector, now);
        var whyNot = await db.InTransactionAsync(tx => TryAddAsync(tx, key, call.Ct), call.Ct);
        return whyNot is null ? ToAnswer(call, key, StatusCodes.Status201Created) : new ApiError(StatusCodes.Status409Conflict, whyNot);
    }

    private static async Task<string?> TryAddAsync(IDbSession tx, DkimKey key, CancellationToken ct)
    {
        await new CompanyStore(tx).LockAsync(key.CompanyId, ct);
        var whyNot = await FindConflictAsync(tx, key.CompanyId, key.Domain, key.Selector, ct);
        await (whyNot is null ? new DkimKeyStore(tx).AddAsync(key, ct) : Task.CompletedTask);
        return whyNot;
    }

    private static async Task<string?> FindConflictAsync(IDbSession tx, long companyId, string domain, string selector, CancellationToken ct)
    {
        var known = await new DkimKeyStore(tx).ListAsync(companyId, ct);
        return known.Count >= DkimKey.MaxOfCompany ? $"The company has {DkimKey.MaxOfCompany} DKIM keys already, which is the limit: remove one first"
            : known.Exists(one => one.Domain == domain && one.Selector == selector) ? $"{domain} has a key with the selector {selector} already: give another selector"
            : null;
    }

    private static async Task<IResult> Change(string id, Call call, Db db)
    {
        var fields = call.ReadBody();
        var isActive = fields.OptionalFlag("active");
        if (isActive is null)
        {
            fields.Fault("active", "is missing");
        }

        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var changed = await db.InTransactionAsync(tx => ChangeAsync(tx, call.CompanyId, WireId.Find(id) ?? 0, isActive!.Value, call.Ct), call.Ct);
        return changed is null ? NotFound(id) : ToAnswer(call, changed);
    }

    private static async Task<DkimKey?> ChangeAsync(IDbSession tx, long companyId, long id, bool isActive, CancellationToken ct)
    {
        var store = new DkimKeyStore(tx);
        if (await store.FindAsync(companyId, id, ct) is { } key)
        {
            await store.SetActiveAsync(key, isActive, ct);
        }

        return await store.FindAsync(companyId, id, ct);
    }

    private static async Task<IResult> Remove(string id, Call call, Db db)
    {
        var keyId = WireId.Find(id) ?? 0;
        return await db.InTransactionAsync(tx => new DkimKeyStore(tx).DeleteAsync(call.CompanyId, keyId, call.Ct), call.Ct)
            ? new Answer<DkimKeyRemoved>(new(call.RequestId, WireId.Write(keyId)), DkimJson.Default.DkimKeyRemoved)
            : NotFound(id);
    }

    private static string ReadDomain(RequestReader fields)
    {
        var given = fields.RequiredText("domain", MaxDomain);
        var domain = given.Length == 0 ? "" : DkimKey.DomainOf($"a@{given.TrimEnd('.')}");
        if (given.Length > 0 && (!domain.Contains('.') || Uri.CheckHostName(domain) != UriHostNameType.Dns))
        {
            fields.Fault("domain", $"{RequestReader.Echo(given)} is not the name of a domain");
        }

        return domain;
    }

    private static string ReadSelector(RequestReader fields, DateTimeOffset now)
    {
        var selector = fields.OptionalText("selector") ?? $"sluice{now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";
        if (selector.Length is 0 or > MaxSelector || !selector.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign)))
        {
            fields.Fault("selector", $"should have 1 to {MaxSelector} lower-case letters and digits");
        }

        return selector;
    }

    private static ApiError NotFound(string id) => ApiError.NotFound($"There is no DKIM key {RequestReader.Echo(id)}");

    private static Answer<DkimKeyAnswer> ToAnswer(Call call, DkimKey key, int status = StatusCodes.Status200OK) => new(new(call.RequestId, DkimKeyItem.From(key)), DkimJson.Default.DkimKeyAnswer, status);
}
