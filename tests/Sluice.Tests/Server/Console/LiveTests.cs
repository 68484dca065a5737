using System.Net.ServerSentEvents;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>How an open page learns that something has happened.</summary>
public sealed class LiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_page_learns_that_something_happened_in_its_company_and_no_more(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        await app.HasProspectAsync("theirs", of: other);
        await app.HasProspectAsync("own");
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        Assert.Equal(SeeOther, (await new ConsoleVisitor(app).GetAsync("/console/stream")).Status);
        Assert.Contains("data-live=\"/console/stream\"", (await ada.GetAsync("/console/today")).Html, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/stream");
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", ada.Cookies.Select(one => $"{one.Key}={one.Value}")));
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        await using var events = SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
        await app.PostAsync("/v2/flows/prospects/assign", new { flowId = $"{other.Flow.Id}", flowInstanceOwnerEmail = other.User.Email, crmProspectsIds = new[] { "theirs" } }, other.Key);
        var next = events.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await app.PostAsync("/v2/flows/prospects/assign", new { flowId = $"{app.Tenant.Flow.Id}", flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = new[] { "own" } });

        Assert.True(await next.WaitAsync(Patience));
        Assert.Equal(("message", "changed"), (events.Current.EventType, events.Current.Data));
    }
}
