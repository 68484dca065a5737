using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.OAuth;

/// <summary>Every place where a stranger can try a secret, beside the gate of the API: each wrong try counts, and after twenty each waits.</summary>
public sealed class GuessTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Wrong_secrets_of_clients_keys_and_links_are_slowed_down_together_and_right_ones_are_not(Database database)
    {
        var waits = new CountedWaits();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = services => services.AddSingleton(new FailedLogins(waits)) });
        var (client, admin) = (await OAuthClient.OfAsync(app), await app.HasKeyAsync([Scopes.Manage]));

        for (var i = 0; i < 20; i++)
        {
            await GuessClientAsync();
        }

        Assert.Equal(0, waits.Count);
        await GuessClientAsync();
        Assert.Equal(1, waits.Count);
        Assert.Equal(Forbidden, (await client.DecideAsync(client.Authorize(), $"decision=allow&accessKey={admin.AccessKey}&accessKeySecret=wrong")).Status);
        Assert.Equal(2, waits.Count);
        Assert.Equal(NotFound, (await OAuthReply.GetAsync(app, "/console/invitation?token=wrong")).Status);
        Assert.Equal(3, waits.Count);

        Assert.Equal(OK, (await client.ExchangeAsync(await client.CodeAsync())).Status);
        Assert.Equal(SeeOther, (await client.DecideAsync(client.Authorize(), $"decision=allow&accessKey={admin.AccessKey}&accessKeySecret={admin.AccessKeySecret}")).Status);
        Assert.Equal(3, waits.Count);

        async Task GuessClientAsync() => (await OAuthReply.SendAsync(app, HttpMethod.Post, $"{OAuthClient.Token}?grant_type=refresh_token&refresh_token=x", null, Credential.Basic(client.Registered.ClientId, "wrong")))
            .ShouldFail(Unauthorized, "invalid_client");
    }

    /// <summary>Counts the waits, and ends each at once.</summary>
    private sealed class CountedWaits : TimeProvider
    {
        private int _count;

        public int Count => _count;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _count);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
