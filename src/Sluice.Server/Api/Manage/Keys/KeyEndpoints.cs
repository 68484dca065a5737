using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Keys;

/// <summary>Maps <c>/sluice/v1/keys</c>: which programs may call the API.</summary>
internal static class KeyEndpoints
{
    private const int MaxNetworks = 50;

    public static void MapKeys(this RouteGroupBuilder manage)
    {
        manage.MapGet("/keys", List).WithDescription(KeyDescription.List);
        manage.MapPost("/keys", Add).ReadsObject().WithDescription(KeyDescription.Add);
        manage.MapDelete("/keys/{id}", Revoke).WithDescription(KeyDescription.Revoke);
    }

    public static async Task<IResult> Add(Call call, ManageKeys keys, TimeProvider clock)
    {
        var (given, now) = (call.ReadBody(), clock.GetUtcNow());
        var wanted = new NewKey(given.Required("name", null), given.Words("scopes", Scopes.Known), ReadNetworks(given), given.OptionalTime("expiresAt"));
        if (wanted.ExpiresAt <= now)
        {
            given.Fault("expiresAt", "is in the past: nobody could ever use such a key");
        }

        if (given.Refusal is { } refusal)
        {
            return refusal;
        }

        return await keys.AddAsync(call.CompanyId, wanted, call.ToAuditActor(), call.Ct) is { } made
            ? new Answer<KeyMade>(
                new(call.RequestId, KeyItem.From(made.Key, now), made.Credentials.AccessKeySecret, made.Credentials.BearerToken), KeyJson.Default.KeyMade, StatusCodes.Status201Created)
            : new ApiError(StatusCodes.Status409Conflict, $"The company has {ApiKey.MaxOfCompany} keys already, which is the limit: revoke one first");
    }

    public static async Task<IResult> Revoke(string id, Call call, ManageKeys keys, TimeProvider clock) =>
        await keys.RevokeAsync(call.CompanyId, WireId.Find(id) ?? 0, call.ToAuditActor(), call.Ct) is { } key
            ? new Answer<KeyRevoked>(new(call.RequestId, KeyItem.From(key, clock.GetUtcNow())), KeyJson.Default.KeyRevoked)
            : ApiError.NotFound($"There is no key {RequestReader.Echo(id)}");

    internal static async Task<IResult> List(Call call, Db db, TimeProvider clock)
    {
        var (keys, now) = (await new ApiKeyStore(db, acceptDevOnly: false).ListAsync(call.CompanyId, call.Ct), clock.GetUtcNow());
        return new Answer<KeysAnswer>(new(call.RequestId, keys.ConvertAll(key => KeyItem.From(key, now))), KeyJson.Default.KeysAnswer);
    }

    private static IReadOnlyList<string> ReadNetworks(RequestReader given)
    {
        var networks = given.Texts("networks", [], MaxNetworks);
        foreach (var (at, network) in networks.Index().Where(one => !IPNetwork.TryParse(one.Item, out _)))
        {
            given.Fault($"networks[{at}]", $"should be a network in CIDR notation, such as 10.1.0.0/16, not {RequestReader.Echo(network)}");
        }

        return networks;
    }
}
