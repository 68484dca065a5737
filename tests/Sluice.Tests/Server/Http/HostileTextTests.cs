using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>Sends text that does harm if any part of the server treats it as more than text.</summary>
public sealed class HostileTextTests
{
    private const string Assign = "/v2/flows/prospects/assign";
    private const string Unassign = "/v2/flows/prospects/unassign-flows-by-instance-id";

    private static readonly string[] PossibleCrmIds =
    [
        "'; drop table companies; --", "\" or 1=1 --", "$1", "@p0", "{0}", "%s%n", "a\\u0000b", "<script>alert('x')</script>", "&lt;", "]]>", "${jndi:ldap://x}",
        "../../etc/passwd", "\\", "\\\\", "\t", "\r\n", "\u0001", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff", "\uffff", "\ufffd", "e\u0301", "\u00e9", "😀", "ΑΒΓ", " ada", "ada ", "ADA", new('x', 128),
    ];

    private static readonly string[] ImpossibleCrmIds = ["", "\0", "ada\0", "\0ada", new('x', 129)];

    [Theory, EveryDatabase]
    public async Task A_CRM_id_is_answered_unchanged_whatever_is_in_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");
        foreach (var crmId in PossibleCrmIds)
        {
            await app.HasInstanceAsync(crmId);
        }

        var reply = await app.ListAsync([.. PossibleCrmIds, .. ImpossibleCrmIds]);

        Assert.Equal(OK, reply.Status);
        Assert.Equal(PossibleCrmIds, reply.Json["prospectsAssigned"]!.AsArray().Select(one => (string?)one!["crmProspectId"]));
    }

    [Theory, EveryDatabase]
    public async Task Any_CRM_id_can_be_assigned_and_only_the_impossible_ones_are_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(true, 0, CreateUnknownProspects: true) });

        var reply = await app.AssignAsync(app.Tenant.Flow, [.. PossibleCrmIds, .. ImpossibleCrmIds]);

        Assert.Equal(OK, reply.Status);
        Assert.Equal(PossibleCrmIds, reply.Json["prospectsAssigned"]!.AsArray().Select(one => (string?)one!["crmProspectId"]));
        var refused = reply.Json["prospectsNotAssigned"]!.AsArray();
        Assert.Equal(ImpossibleCrmIds, refused.Select(one => (string?)one!["crmProspectId"]));
        Assert.All(refused, one => Assert.Equal("Invalid prospect crm id", (string?)one!["errorMessage"]));
    }

    [Theory, EveryDatabase]
    public async Task Half_a_surrogate_pair_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var before = await app.Db.DumpAsync();

        foreach (var text in new[] { "\\ud800", "ada\\udfff", "\\ud800\\ud800", "\\udc00\\ud800" })
        {
            (await app.PostTextAsync("/v2/flows/prospects", $$"""{"crmProspectsIds":["{{text}}"]}""")).ShouldRefuse(BadRequest, "Bad request");
            (await app.PostTextAsync(Assign, $$"""{"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"rep@example.com","crmProspectsIds":["ada","{{text}}"]}""")).ShouldRefuse(BadRequest, "Bad request");
            (await app.PostTextAsync(Unassign, $$"""{"flowInstanceIds":[1],"unassignedByUserEmail":"{{text}}@example.com"}""")).ShouldRefuse(BadRequest, "Bad request");
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_email_address_is_looked_up_or_refused_and_echoed_as_text(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();

        foreach (var email in new[] { "", " ", "x", "@", "a@", "@b", "a@@b", "a b@c", "\0@example.com", "rep@example.com\0", "rep@example.com ", "<b>x</b>@y", "'; drop table users; --@x", "rep@example.com,eve@example.com", new string('x', 300) })
        {
            var reply = await app.PostAsync(Unassign, new { flowInstanceIds = new[] { instance.Id }, unassignedByUserEmail = email });
            var shown = email.Length > 256 ? email[..256] + "…" : email;
            reply.ShouldRefuse(BadRequest, $"unassignedByUserEmail: {shown} is not a valid email address");
        }

        foreach (var email in new[] { "nobody@example.com", "rep@example.com'", "'or'1'='1'@example.com", "rep%@example.com", "rep@example.co_", "rép@example.com", "😀@example.com" })
        {
            var reply = await app.PostAsync(Unassign, new { flowInstanceIds = new[] { instance.Id }, unassignedByUserEmail = email });
            reply.ShouldRefuse(BadRequest, $"User with the given email {email} wasn't found");
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_long_address_is_not_cut_within_a_character(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var reply = await app.PostAsync(Unassign, new { flowInstanceIds = new[] { 1 }, unassignedByUserEmail = new string('x', 255) + string.Concat(Enumerable.Repeat("😀", 10)) });

        var sentence = (string?)JsonNode.Parse(reply.Text)!["errors"]![0];
        Assert.DoesNotContain('\ufffd', sentence!);
        Assert.StartsWith($"unassignedByUserEmail: {new string('x', 255)}", sentence, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Query_parameters_are_treated_as_text_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var before = await app.Db.DumpAsync();

        foreach (var (query, sentence) in new[]
        {
            ("", "flowOwnerEmail parameter is missing"),
            ("?flowOwnerEmail", "flowOwnerEmail:  is not a valid email address"),
            ("?flowOwnerEmail=%00", "flowOwnerEmail: \0 is not a valid email address"),
            ("?flowOwnerEmail=%ff@x", "User with the given email %ff@x wasn't found"),
            ("?flowOwnerEmail=rep@example.com%27--", "User with the given email rep@example.com'-- wasn't found"),
            ("?flowOwnerEmail=nobody@example.com&flowOwnerEmail=rep@example.com", "User with the given email nobody@example.com wasn't found"),
            ("?flowOwnerEmail=rep@example.com&workspaceId=x&folderId=1.5", "workspaceId should be a valid Long\",\"folderId should be a valid Long"),
            ("?flowOwnerEmail=rep@example.com&workspaceId=1%00", "workspaceId should be a valid Long"),
            ("?flowOwnerEmail=rep@example.com&folderId=12345678901234567890", "Bad request"),
            ("?flowOwnerEmail=rep@example.com&mostRecentlyAssigned=maybe", "Bad request"),
            ("?flowOwnerEmail=rep@example.com&cursor=", "Failed to verify cursor"),
            ("?flowOwnerEmail=rep@example.com&cursor=%00", "Failed to verify cursor"),
            ($"?flowOwnerEmail=rep@example.com&cursor={new string('A', 64)}", "Failed to verify cursor"),
            ($"?flowOwnerEmail=rep@example.com&cursor={new string('é', 64)}", "Failed to verify cursor"),
        })
        {
            var reply = await app.GetAsync("/v2/flows" + query);
            Assert.Equal((query, BadRequest, $$"""{"errors":["{{sentence}}"]}"""), (query, reply.Status, Readable(reply)));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Ten_thousand_query_parameters_are_ignored_when_they_are_unknown(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = new StringBuilder("?flowOwnerEmail=rep@example.com");
        for (var i = 0; i < 10_000; i++)
        {
            query.Append("&a=").Append(i);
        }

        Assert.Equal(OK, (await app.GetAsync($"/v2/flows{query}")).Status);
        Assert.Equal(BadRequest, (await app.GetAsync($"/v2/flows?{new string('&', 10_000)}")).Status);
    }

    /// <summary>PostgreSQL cannot store a NUL in a text, so the server must refuse a NUL before it stores it.</summary>
    [Theory, EveryDatabase]
    public async Task A_NUL_never_causes_a_500(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var route in BodyRoute.All(app).Where(route => route.Path.StartsWith("/v2/crm", StringComparison.Ordinal)))
        {
            foreach (var query in new[] { "integrationId=1&objectType=%00", "integrationId=%00&objectType=LEAD", "integrationId=1&objectType=LEAD&clientRequestId=%00" })
            {
                foreach (var body in new[] { """["\u0000"]""", """[{"uniqueName":"\u0000"}]""", """{"name":"\u0000","ownerEmail":"rep@example.com"}""", """{"name":"a\u0000","ownerEmail":"\u0000"}""" })
                {
                    var reply = await app.SendAsync(route.Method, $"{route.Path}?{query}", new StringContent(body, Encoding.UTF8, "application/json"));
                    Assert.True((int)reply.Status < 500, $"{route}?{query} {body}");
                }
            }
        }

        foreach (var path in new[] { "/v2/crm/request-status?integrationId=1&clientRequestId=%00", "/v2/crm/entity-schema?integrationId=1&objectType=%00", "/v2/flows/folders?flowFolderOwnerEmail=%00@x", "/v2/users?cursor=%00" })
        {
            Assert.True((int)(await app.GetAsync(path)).Status < 500, path);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_NUL_in_a_bulk_assignment_is_refused_before_the_job_begins(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var before = await app.Db.DumpAsync();
        foreach (var row in new[] { """{"crmId":"ada\u0000"}""", """{"crmId":"ada","firstName":"\u0000"}""", """{"firstName":"A","lastName":"B","companyName":"\u0000"}""" })
        {
            var reply = await app.PostTextAsync("/v2/flows/prospects/bulk-assignments", $$"""{"prospects":[{"crmId":"bob"},{{row}}],"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"rep@example.com"}""");
            reply.ShouldRefuse(BadRequest, "Bad request");
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    /// <summary>Returns the body without unnecessary escapes, so that a test can write the expected text.</summary>
    private static string Readable(Reply reply) => JsonNode.Parse(reply.Body)!.ToJsonString(
        new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Replace("\\u0000", "\0", StringComparison.Ordinal);
}
