using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>What protects the cookies and the forms of the console in a browser that other pages use too.</summary>
public sealed class CookieTests
{
    /// <summary>The prefix is the browser's word that no other host and no page without TLS has set the cookie.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Over_tls_cookies_are_secure_and_have_the_prefix_and_no_other_counts(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example" });
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);

        Assert.Equal(["__Host-sluice-form", "__Host-sluice-session"], visitor.Cookies.Keys.Order(StringComparer.Ordinal));
        using var page = await app.Client.GetAsync("/console/sign-in", TestContext.Current.CancellationToken);
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; secure; ", $"{cookie}; ", StringComparison.OrdinalIgnoreCase));
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; path=/; ", $"{cookie}; ", StringComparison.OrdinalIgnoreCase));

        var planted = new ConsoleVisitor(app) { Cookies = { ["sluice-session"] = visitor.Cookies["__Host-sluice-session"] } };
        Assert.Equal((OK, SeeOther), ((await visitor.GetAsync("/console/account")).Status, (await planted.GetAsync("/console/account")).Status));
        await visitor.PostAsync("/console/sign-out");
        Assert.Equal("", visitor.Cookies["__Host-sluice-session"]);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Where_a_connection_may_be_plain_no_page_is_shown_and_no_password_is_taken_over_it(Database database)
    {
        var settings = new ConsoleSettings(HasSignIn: true, NeedsTls: true, IsBehindTls: false);
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = services => services.AddSingleton(settings) });

        foreach (var path in (string[])["/console", "/console/sign-in", "/console/account", "/console/invitation?token=x"])
        {
            using var plain = await app.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, Forbidden), (path, plain.StatusCode));
            Assert.False(plain.Headers.Contains("Set-Cookie"));
            using var encrypted = await app.Client.GetAsync(new Uri($"https://localhost{path}"), TestContext.Current.CancellationToken);
            Assert.NotEqual((path, Forbidden), (path, encrypted.StatusCode));
        }
    }

    /// <summary>A page of another site must not make a person send what it has written, by way of the sign-in.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_form_of_another_page_is_not_kept_for_after_the_sign_in(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var (header, value, expected) in ((string, string, HttpStatusCode)[])[("Origin", "https://evil.example", Forbidden), ("Sec-Fetch-Site", "cross-site", Forbidden), ("Sec-Fetch-Site", "same-site", Forbidden), ("Origin", "null", Forbidden), ("Origin", "http://localhost", Unauthorized), ("Sec-Fetch-Site", "same-origin", Unauthorized)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/console/flows/1/disable") { Content = new FormUrlEncodedContent([KeyValuePair.Create("note", "planted words")]) };
            request.Headers.Add(header, value);
            using var reply = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var html = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal((header, value, expected, expected == Unauthorized), (header, value, reply.StatusCode, html.Contains("planted words", StringComparison.Ordinal)));
        }
    }
}
