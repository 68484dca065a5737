using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Engine.Companies;

public sealed class KeyTests
{
    private const string Url = "/v2/workspaces";
    private const string Strangers = "Validate credentials failed. Please check your credentials and try again.";

    [Theory, EveryDatabase]
    [Wire(All, "doc", "Basic with access key and secret, or Bearer with a token")]
    public async Task A_key_authenticates_as_basic_and_as_bearer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (basic, bearer) = (app.Tenant.Key.Basic(), app.Tenant.Key.Bearer());

        foreach (var credential in (AuthenticationHeaderValue[])[basic, bearer, new("basic", basic.Parameter), new("BEARER", bearer.Parameter)])
        {
            Assert.Equal(OK, (await app.SendAsync(HttpMethod.Get, Url, null, credential)).Status);
        }
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "An invalid or incomplete credential", Refusal = true)]
    public async Task No_other_credential_authenticates(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (key, other) = (app.Tenant.Key, await app.HasKeyAsync());
        AuthenticationHeaderValue?[] bad =
        [
            null,
            new("Basic"),
            new("Basic", "%"),
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key.AccessKey))),
            Credential.Basic(key.AccessKey, ""),
            Credential.Basic("", key.AccessKeySecret),
            Credential.Basic(key.AccessKey, other.AccessKeySecret),
            Credential.Basic(key.AccessKey, Spoil(key.AccessKeySecret)),
            Credential.Basic(key.AccessKey, key.AccessKeySecret + " "),
            Credential.Basic(key.AccessKey, key.BearerToken),
            Credential.Basic(Spoil(key.AccessKey), key.AccessKeySecret),
            Credential.Basic(Secret.New(Secret.AccessKeyPrefix), key.AccessKeySecret),
            Credential.Basic(key.AccessKeySecret, key.AccessKey),
            new("Bearer"),
            new("Bearer", Spoil(key.BearerToken)),
            new("Bearer", Secret.New(Secret.TokenPrefix)),
            new("Bearer", key.AccessKeySecret),
            new("Bearer", Secret.Hash(key.BearerToken)),
            new("Digest", key.BearerToken),
            new("Bearer", key.BearerToken + new string('x', 1000)),
        ];

        foreach (var credential in bad)
        {
            (await app.SendAsync(HttpMethod.Get, Url, null, credential)).ShouldRefuse(Unauthorized, Strangers);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_mistyped_key_or_token_is_refused_without_asking_the_database(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = CountingDb.Wrap });
        var (db, key) = ((CountingDb)app.Db, app.Tenant.Key);
        var before = db.Count;

        await app.SendAsync(HttpMethod.Get, Url, null, Credential.Basic(Spoil(key.AccessKey), key.AccessKeySecret));
        await app.SendAsync(HttpMethod.Get, Url, null, new AuthenticationHeaderValue("Bearer", Spoil(key.BearerToken)));

        Assert.Equal(before, db.Count);
    }

    [Theory, EveryDatabase]
    public async Task A_key_in_use_is_not_read_from_the_database_for_every_call(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = CountingDb.Wrap });
        var db = (CountingDb)app.Db;
        AuthenticationHeaderValue[] credentials = [app.Tenant.Key.Basic(), app.Tenant.Key.Bearer()];
        foreach (var credential in credentials)
        {
            await app.SendAsync(HttpMethod.Get, Url, null, credential);
        }

        var before = db.Count;
        for (var call = 0; call < 10; call++)
        {
            await app.SendAsync(HttpMethod.Get, Url, null, credentials[call % 2]);
        }

        Assert.Equal(10, db.Count - before); // Each call reads the workspaces and nothing else.
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "An expired key", Refusal = true)]
    public async Task A_key_is_refused_from_the_moment_it_expires(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var key = await app.HasKeyAsync(expiresAt: app.Clock.GetUtcNow().AddDays(1));

        app.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        var before = await app.GetAsync(Url, key);
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(OK, before.Status);
        (await app.GetAsync(Url, key)).ShouldRefuse(Unauthorized, Strangers);
        (await app.SendAsync(HttpMethod.Get, Url, null, key.Bearer())).ShouldRefuse(Unauthorized, Strangers);
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "A revoked key is refused on every node, at most a second later", Refusal = true)]
    public async Task A_revoked_key_is_refused_within_a_second_on_every_node(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var other = await app.HasAnotherNodeAsync();
        var key = await app.HasKeyAsync();
        foreach (var node in (TestApp[])[app, other])
        {
            Assert.Equal(OK, (await node.GetAsync(Url, key)).Status);
            Assert.Equal(OK, (await node.SendAsync(HttpMethod.Get, Url, null, key.Bearer())).Status);
        }

        Assert.True(await app.Services.GetRequiredService<ApiKeyStore>().RevokeAsync(key.AccessKey, app.Clock.GetUtcNow(), CancellationToken.None));
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        foreach (var node in (TestApp[])[app, other])
        {
            (await node.GetAsync(Url, key)).ShouldRefuse(Unauthorized, Strangers);
            (await node.SendAsync(HttpMethod.Get, Url, null, key.Bearer())).ShouldRefuse(Unauthorized, Strangers);
            Assert.Equal(OK, (await node.GetAsync(Url)).Status);
        }
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "A key has its own scopes; each scope opens its operations and no others")]
    public async Task A_key_may_call_exactly_the_operations_of_its_scopes(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var operations = app.MappedOperations();

        foreach (var scope in operations.Select(app.ScopeOf).Distinct())
        {
            var key = await app.HasKeyAsync([scope]);
            foreach (var operation in operations)
            {
                Assert.Equal(scope != app.ScopeOf(operation), (await app.CallAsync(operation, key)).Status is Unauthorized or Forbidden);
            }
        }
    }

    [Theory, EveryProfile]
    [Wire(All, "doc", "A key with allowed networks, used from another network", Refusal = true)]
    public async Task A_key_may_be_limited_to_networks(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Profile = Profile.Find(profile)!, OverKestrel = true });
        var inside = await app.HasKeyAsync(networks: ["10.0.0.0/8", "127.0.0.0/8"]);
        var exactly = await app.HasKeyAsync(networks: ["127.0.0.1/32"]);
        var outside = await app.HasKeyAsync(networks: ["10.0.0.0/8", "127.0.0.2/32", "::1/128"]);

        foreach (var operation in app.MappedOperations())
        {
            Assert.False((await app.CallAsync(operation, inside)).Status is Unauthorized or Forbidden);
            Assert.False((await app.CallAsync(operation, exactly)).Status is Unauthorized or Forbidden);

            (await app.CallAsync(operation, outside)).ShouldRefuse(
                profile == Profile.Documented.Name && !app.Lists403(operation) ? Unauthorized : Forbidden,
                "You don't have permission to call this API from your network address.");
        }
    }

    [Theory, EveryDatabase]
    public async Task A_key_with_a_published_secret_works_only_in_dev(Database database)
    {
        await using var serve = await TestApp.StartAsync(database);
        await using var dev = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        foreach (var app in (TestApp[])[serve, dev])
        {
            var (key, credentials) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow());
            await app.Services.GetRequiredService<ApiKeyStore>().AddAsync(key, CancellationToken.None);

            var expected = app == dev ? OK : Unauthorized;
            Assert.Equal(expected, (await app.GetAsync(Url, credentials)).Status);
            Assert.Equal(expected, (await app.SendAsync(HttpMethod.Get, Url, null, credentials.Bearer())).Status);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_secret_is_nowhere_in_the_database_or_the_log(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions
        {
            OverKestrel = true,
            Adjust = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Trace)),
        });
        var (key, instance) = (app.Tenant.Key, await app.HasInstanceAsync("ada"));
        AuthenticationHeaderValue[] credentials =
            [key.Basic(), key.Bearer(), Credential.Basic(Spoil(key.AccessKey), key.AccessKeySecret), Credential.Basic(key.AccessKey, key.BearerToken)];
        await app.UnassignAsync(instance.Id);
        foreach (var credential in credentials)
        {
            await app.SendAsync(HttpMethod.Get, Url, null, credential);
        }

        var stored = await app.Db.DumpAsync();
        await app.Db.ExecuteAsync($"drop table workspaces", CancellationToken.None);
        Assert.Equal(InternalServerError, (await app.GetAsync(Url)).Status);
        Assert.Equal(InternalServerError, (await app.SendAsync(HttpMethod.Get, Url, null, key.Bearer())).Status);

        var logged = string.Join('\n', app.Logs.Lines);
        Assert.Contains(key.AccessKey, stored, StringComparison.Ordinal);
        Assert.Contains("workspaces", logged, StringComparison.Ordinal);
        foreach (var secret in (string[])[key.AccessKeySecret, key.BearerToken, .. credentials.Select(credential => credential.Parameter!)])
        {
            Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, logged, StringComparison.Ordinal);
        }
    }

    /// <summary>Changes one letter of the random part, so that the checksum is wrong.</summary>
    private static string Spoil(string word) => $"{word[..10]}{(word[10] == 'a' ? 'b' : 'a')}{word[11..]}";
}
