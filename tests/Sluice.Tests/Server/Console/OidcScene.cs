using Sluice.Server.Console.SignIn;

namespace Sluice.Tests.Server.Console;

/// <summary>A server, and the provider by which its people sign in.</summary>
internal sealed class OidcScene : IAsyncDisposable
{
    private const string Start = "/console/sign-in/oidc";

    public required TestApp App { get; init; }

    public required OidcTestProvider Provider { get; init; }

    public static async Task<OidcScene> StartAsync(Database database, Func<OidcSettings, OidcSettings>? change = null, bool overKestrel = false)
    {
        var provider = await OidcTestProvider.StartAsync();
        var settings = change?.Invoke(provider.Settings) ?? provider.Settings;
        var app = await TestApp.StartAsync(database, new TestOptions { Oidc = settings, OverKestrel = overKestrel });
        provider.Clock = app.Clock;
        return new() { Provider = provider, App = app };
    }

    /// <summary>Goes to the provider, signs in there, and comes back.</summary>
    public async Task<ConsoleReply> SignInAsync(ConsoleVisitor visitor, string? returnPath = null) => await visitor.GetAsync(await AnswerAsync(visitor, returnPath));

    /// <summary>Goes to the provider and signs in there.</summary>
    /// <returns>Where the browser is sent back to, path and query.</returns>
    public async Task<string> AnswerAsync(ConsoleVisitor visitor, string? returnPath = null)
    {
        var left = await visitor.GetAsync(returnPath is null ? Start : $"{Start}?return={Uri.EscapeDataString(returnPath)}");
        Assert.True(left.Location?.StartsWith(Provider.Address.ToString(), StringComparison.Ordinal) == true, $"{left.Status} {left.Html}");
        return (await Provider.SignInAsync(left.Location!)).PathAndQuery;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
