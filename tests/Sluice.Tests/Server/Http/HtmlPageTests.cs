using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>The headers with which a browser protects the reader of our pages, and where a browser gets from <c>/</c>.</summary>
public sealed partial class HtmlPageTests
{
    [Theory, EveryDatabase]
    public async Task Every_page_forbids_scripts_frames_and_styles_that_are_not_its_own(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com" });
        var instance = await app.HasInstanceWithSentMailAsync("ada", await app.HasMailFlowAsync());
        var link = (await app.ListMessagesAsync($"?flowInstanceId={TestApp.Wire(instance)}"))[0]!["headers"]!.AsArray().Single(header => (string?)header!["name"] == "List-Unsubscribe");
        var unsubscribe = new Uri(((string)link!["value"]!).Trim('<', '>')).AbsolutePath;

        foreach (var (verb, path, status) in new[] { (HttpMethod.Get, "/docs", OK), (HttpMethod.Get, unsubscribe, OK), (HttpMethod.Post, unsubscribe, OK), (HttpMethod.Get, "/unsubscribe/x", NotFound) })
        {
            using var request = new HttpRequestMessage(verb, path);
            using var reply = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var html = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var hashes = Style().Matches(html).Select(style => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style.Groups[1].Value)))}'").DefaultIfEmpty("'none'");

            Assert.Equal((path, status, "text/html"), (path, reply.StatusCode, reply.Content.Headers.ContentType!.MediaType));
            Assert.Equal(
                $"default-src 'none'; style-src {string.Join(' ', hashes)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                reply.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal(("DENY", "same-origin", "nosniff", "no-store"), (One("X-Frame-Options"), One("Referrer-Policy"), One("X-Content-Type-Options"), One("Cache-Control")));
            Assert.False(reply.Headers.Contains("Strict-Transport-Security")); // This is not TLS of our own.
            Assert.DoesNotMatch("<script|style=|\\bon[a-z]+=", html); // The policy would switch them off.

            string One(string name) => reply.Headers.GetValues(name).Single();
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_browser_gets_from_the_root_to_the_documentation_and_a_program_does_not(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        using var reply = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((Found, "/docs", "Accept"), (reply.StatusCode, reply.Headers.Location!.ToString(), reply.Headers.Vary.Single()));
        (await app.GetAsync("/")).ShouldRefuse(NotFound, "Not Found");
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
