using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Cli;

/// <summary>What <c>sluice serve --check</c> says of the provider of the console's sign-in.</summary>
public sealed class OidcCheckTests
{
    [Theory, EveryDatabase]
    public async Task A_provider_that_answers_is_good_and_the_check_says_what_it_has_to_know(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var provider = await OidcTestProvider.StartAsync();
        var good = new[] { "--database", app.Connection, "--oidc-authority", $"{provider.Address}", "--oidc-client-id", "sluice", "--public-url", "https://localhost" };

        var (code, lines) = await CheckAsync(good);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal([$"ok {provider.Address} answers", "ok the provider has to know the redirect URI https://localhost/console/sign-in/oidc/callback", "warning there is no client secret, so the server is a public client"], lines);

        var other = await app.HasTenantAsync("Globex");
        Assert.Contains("failed the server has 2 companies, and nobody says whose people the provider knows", (await CheckAsync(good)).Lines);
        Assert.DoesNotContain((await CheckAsync([.. good, "--oidc-company", WireId.Write(other.Id)])).Lines, line => line.StartsWith("failed", StringComparison.Ordinal));
        Assert.Contains("failed there is no company with the id of --oidc-company", (await CheckAsync([.. good, "--oidc-company", "77"])).Lines);
    }

    [Fact]
    public async Task A_provider_that_does_not_fit_or_does_not_answer_fails()
    {
        await using var provider = await OidcTestProvider.StartAsync();
        foreach (var (authority, why) in new[]
        {
            ("http://127.0.0.1:9", "failed the provider cannot be asked: Connection refused"), ($"{provider.Address}nowhere", "failed the provider cannot be asked: "), ($"{provider.Address}elsewhere", "failed the discovery document is of the issuer "), ($"https://127.0.0.1:{provider.Address.Port}", "failed the provider cannot be asked: "),
        })
        {
            var (code, lines) = await CheckAsync("--oidc-authority", authority, "--oidc-client-id", "sluice");
            Assert.Equal((authority, ExitCode.Failed), (authority, code));
            Assert.Contains(lines, line => line.StartsWith(why, StringComparison.Ordinal));
        }

        var open = await CheckAsync("--oidc-authority", $"{provider.Address}", "--oidc-client-id", "sluice", "--host", "0.0.0.0");
        Assert.Contains("failed there is no console without TLS, so nobody can sign in", open.Lines);
    }

    [Theory]
    [InlineData("--oidc-authority takes the https URL of an issuer, such as https://login.example.com, not http://login.example.com.", "--oidc-authority", "http://login.example.com", "--oidc-client-id", "a")]
    [InlineData("--oidc-authority needs --oidc-client-id.", "--oidc-authority", "https://login.example.com")]
    [InlineData("The settings of the provider have no effect without --oidc-authority.", "--oidc-client-id", "a")]
    [InlineData("The settings of the provider have no effect without --oidc-authority.", "--oidc-only")]
    [InlineData("--oidc-company takes the id of a company, as sluice companies list shows it, not Acme.", "--oidc-authority", "https://login.example.com", "--oidc-client-id", "a", "--oidc-company", "Acme")]
    public async Task A_wrong_setting_is_named_by_the_check_and_by_the_server(string fault, params string[] options)
    {
        Assert.Equal([$"failed {fault}"], (await CheckAsync(options)).Lines);
        var served = await CommandLine.RunAsync(["serve", "--port", "0", "--database", NoFile(), .. options]);
        Assert.Equal((ExitCode.Usage, true), (served.Code, served.Error.Contains(fault, StringComparison.Ordinal)));
    }

    private static async Task<(int Code, List<string> Lines)> CheckAsync(params string[] options)
    {
        var reply = await CommandLine.RunAsync(["serve", "--check", "--json", "--port", "0", .. options.Contains("--database") ? [] : new[] { "--database", NoFile() }, .. options]);
        return (reply.Code, [.. JsonNode.Parse(reply.Output)!["checks"]!.AsArray().Where(one => (string?)one!["name"] == "sign-in").Select(one => $"{one!["result"]} {one["text"]}")]);
    }

    private static string NoFile() => Path.Combine(Path.GetTempPath(), $"sluice-{Environment.ProcessId}-missing.db");
}
