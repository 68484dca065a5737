namespace Sluice.Tests.Server.Dev.Requests;

/// <summary>The hint about a write that may have been done twice.</summary>
public sealed class RepeatedWriteHintTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_that_is_sent_again_without_a_key_gets_a_hint_and_one_with_a_key_or_another_body_does_not(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        const string Unassign = "/v2/flows/prospects/unassign-flows-by-crm-id";
        await app.PostTextAsync(Unassign, """{"crmProspectId":"ada"}""");
        app.Clock.Advance(TimeSpan.FromSeconds(1.2));
        await app.PostTextAsync(Unassign, """{"crmProspectId":"bob"}""");
        await app.KeyedPostAsync("k", Unassign, """{"crmProspectId":"bob"}""");
        await app.ListAsync("ada");
        await app.ListAsync("ada"); // A read.
        Assert.DoesNotContain("repeated-write", (await app.RecordedAsync()).ToJsonString(), StringComparison.Ordinal);
        var first = (string?)(await app.RecordedAsync())[0]!["requestId"];

        await app.PostTextAsync(Unassign, """{ "crmProspectId": "ada" }""");
        var hint = await app.ShouldHintAsync("repeated-write", "Idempotency-Key", null);
        Assert.Equal(
            $"The same write came 1.2 s before, as request {first}. If this is a retry, it may have been done twice: an Idempotency-Key would have made the second one harmless.",
            (string?)hint["message"]);
    }
}
