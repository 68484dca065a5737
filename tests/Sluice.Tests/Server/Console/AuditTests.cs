using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Audit;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>What the audit keeps of what people do.</summary>
public sealed class AuditTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory, EveryDatabase]
    public async Task Each_change_is_written_with_who_what_before_and_after(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Any);
        var (ada, flow) = ((await ConsoleVisitor.UserAsync(app, "ada@example.com"))!, WireId.Write(app.Tenant.Flow.Id));
        await visitor.GetAsync("/console/settings/users");
        Assert.Equal(SeeOther, (await visitor.PostAsync($"/console/flows/{flow}/disable")).Status);
        Assert.Equal(NotFound, (await visitor.PostAsync("/console/flows/1/disable")).Status); // Nothing was changed, so nothing is written.
        Assert.Equal(SeeOther, (await visitor.PostAsync($"/console/settings/users/{ada.Id}/roles", ("operator", "on"))).Status);
        Assert.Equal(Unauthorized, (await new ConsoleVisitor(app).SignInAsync("ada@example.com", "a wrong one that nobody may read")).Status);
        Assert.Equal(SeeOther, (await visitor.PostAsync("/console/sign-out")).Status);

        var entries = await ListAsync(app, "");
        Assert.Equal(["sign-out", "sign-in.refused", "login.roles", "flows.disable", "sign-in", "password.set", "login.invite", "user.add"], entries.Select(one => (string)one["action"]!));
        var disabled = entries[3];
        Assert.Equal((WireId.Write(ada.Id), $"flows {flow}", "true"), ((string)disabled["userId"]!, (string)disabled["subject"]!, (string)disabled["before"]!["enabled"]!));
        Assert.Equal(("rep manager operator", "operator"), ((string)entries[2]["before"]!["roles"]!, (string)entries[2]["after"]!["roles"]!));
        Assert.NotNull(entries[6]["apiKeyId"]);
        Assert.DoesNotContain("nobody may read", await app.Db.DumpAsync(), StringComparison.Ordinal);
        Assert.Equal(["flows.disable"], (await ListAsync(app, "?action=flows&user=ada@example.com")).Select(one => (string)one["action"]!));
        Assert.Empty(await ListAsync(app, "?user=nobody@example.com"));
        Assert.Equal(["user.add"], (await ListAsync(app, $"?before={entries[6]["id"]}")).Select(one => (string)one["action"]!));
    }

    /// <summary>An audit that could not be written undoes the change: nothing happens that nobody can see later.</summary>
    [Theory, EveryDatabase]
    public async Task A_change_that_cannot_be_written_does_not_happen(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Manager);
        await visitor.GetAsync("/console/flows");
        await visitor.GetAsync($"/console/flows/{WireId.Write(app.Tenant.Flow.Id)}");
        await app.Db.ExecuteAsync($"alter table audit rename to audit_away", CancellationToken.None);

        Assert.Equal(InternalServerError, (await visitor.PostAsync($"/console/flows/{WireId.Write(app.Tenant.Flow.Id)}/disable")).Status);

        Assert.True((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, app.Tenant.Flow.Id, CancellationToken.None))!.Enabled);
        await app.Db.ExecuteAsync($"alter table audit_away rename to audit", CancellationToken.None);
    }

    [Theory, EveryDatabase]
    public async Task An_erased_address_leaves_the_audit_and_old_lines_are_swept(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { RunsEngine = true });
        await app.HasProspectWithEmailAsync("erased", "erased@example.org");
        await AddAsync(app, app.Clock.GetUtcNow().AddDays(-401), "note", "old");
        await AddAsync(app, app.Clock.GetUtcNow().AddDays(-399), "note", "younger");
        await AddAsync(app, app.Clock.GetUtcNow(), "reason", "asked me at erased@example.org");

        await app.EraseAsync("erased@example.org");
        Assert.Equal(0, await app.CountAsync("audit where became like '%erased@example.org%'"));

        await new SweepSignIn(app.Db, new SignInTries(app.Db, app.Clock), app.Clock, NullLogger<SweepSignIn>.Instance).RunAsync(CancellationToken.None);
        Assert.Equal((0, 1), (await app.CountAsync("audit where became like '%old%'"), await app.CountAsync("audit where became like '%younger%'")));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_page_filters_and_its_table_starts_no_formula(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await AddAsync(app, app.Clock.GetUtcNow(), "note", "<script>alert(1)</script>");
        await AddAsync(app, app.Clock.GetUtcNow(), "note", "x", subject: "=1+1");

        var page = (await visitor.GetAsync("/console/settings/audit?action=test")).Html;
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("sign-in</", page, StringComparison.Ordinal);
        Assert.Contains("Nothing is written here", (await visitor.GetAsync("/console/settings/audit?from=2030-01-01&to=nonsense")).Html, StringComparison.Ordinal);
        var csv = await visitor.GetAsync("/console/settings/audit/csv?action=test");
        Assert.Equal(("text/csv", 4), (csv.Type?.MediaType, csv.Html.Split("\r\n").Length));
        Assert.Contains(",test,'=1+1,", csv.Html, StringComparison.Ordinal);
    }

    private static Task AddAsync(TestApp app, DateTimeOffset at, string name, string value, string? subject = null) => new AuditStore(app.Db).AddAsync(
        new AuditEntry(app.Tenant.Id, app.NextId(), "test", subject, new AuditActor(null, null, null, null), null, new JsonObject { [name] = value }.ToJsonString(Relaxed), at),
        CancellationToken.None);

    private static async Task<List<JsonNode>> ListAsync(TestApp app, string query) => [.. (await app.GetAsync($"/sluice/v1/audit{query}", await app.HasManageKeyAsync())).Json["entries"]!.AsArray().Select(one => one!)];
}
