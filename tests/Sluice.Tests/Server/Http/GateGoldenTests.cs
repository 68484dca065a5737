using System.Net.Http.Headers;
using Sluice.Engine.Companies;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>Recorded refusals of the gate, which runs before every operation, byte for byte and with their headers.</summary>
public sealed class GateGoldenTests
{
    private const string Strangers = """{"errors":["Validate credentials failed. Please check your credentials and try again."]}""";

    [Theory, EveryProfile]
    [Wire(All, "rec", "Any path under /v2 without credentials, whether it exists or not", Refusal = true)]
    public async Task Any_path_without_credentials_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var path in (string[])["/v2/flows", "/v2/flows/prospects", "/v2/nothing/here", "/v2", "/v2/", "/V2/flows"])
        {
            var reply = await app.SendAsync(HttpMethod.Get, path, null, credential: null);

            reply.ShouldBeExactly(Unauthorized, Strangers);
            Assert.Equal("Basic realm=\"Gong.io API\"", reply.Header("WWW-Authenticate"));
        }
    }

    [Theory, EveryProfile]
    [Wire(All, "rec", "A refused Basic credential gets a WWW-Authenticate header; a refused Bearer token does not", Refusal = true)]
    public async Task Only_a_refused_basic_credential_gets_a_WWW_Authenticate_header(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var basic = await app.SendAsync(HttpMethod.Get, "/v2/flows", null, Credential.Basic("nobody", "nothing"));
        var bearer = await app.SendAsync(HttpMethod.Get, "/v2/flows", null, new AuthenticationHeaderValue("Bearer", "nothing"));

        basic.ShouldBeExactly(Unauthorized, Strangers);
        Assert.Equal("Basic realm=\"Gong.io API\"", basic.Header("WWW-Authenticate"));
        bearer.ShouldBeExactly(Unauthorized, Strangers);
        Assert.Null(bearer.Header("WWW-Authenticate"));
    }

    [Theory, EveryProfile]
    [Wire(All, "rec", "observed: a key without the scope gets a 401 that names the scope", Refusal = true)]
    [Wire(All, "doc", "documented: a key without the scope gets a 403 if the operation's page lists it, otherwise a 401", Refusal = true)]
    public async Task A_missing_scope_is_named(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var operation in app.MappedOperations())
        {
            var scope = app.ScopeOf(operation);
            var key = await app.HasKeyAsync([.. Scopes.All.Where(one => one != scope)]);

            var reply = await app.CallAsync(operation, key);

            // The pages of the two unassign operations, of two on users, of the CRM and of data privacy list no 403.
            var isListed = operation is not (Unassign or UnassignByProspect or GetUser or FilterUsers or FindByEmail or FindByPhone or EraseByEmail or EraseByPhone)
                && !operation.Contains("/v2/crm/", StringComparison.Ordinal);
            var status = profile == Profile.Observed.Name || !isListed ? Unauthorized : Forbidden;
            reply.ShouldBeExactly(status, $$"""{"errors":["You don't have permission to use '{{scope}}' in your app."]}""");
        }
    }

    [Theory, EveryProfile]
    [Wire(All, "rec", "A wrong HTTP method", Refusal = true)]
    public async Task A_wrong_verb_is_refused_and_the_answer_names_the_right_ones(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var verbs in app.MappedOperations().ToLookup(TestApp.PathOf, operation => operation.Split(' ')[0]))
        {
            var reply = await app.SendAsync(HttpMethod.Trace, verbs.Key);

            reply.ShouldBeExactly(MethodNotAllowed, """{"errors":["Method Not Allowed"]}""");
            Assert.Empty(verbs.Except(reply.Header("Allow")!.Split(", "))); // users/extensive allows GET too: it could be the id of a user.
        }
    }

    [Theory, EveryProfile]
    [Wire(All, "rec", "A body without a JSON content type", Refusal = true)]
    public async Task A_body_that_is_not_json_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.SendAsync(HttpMethod.Post, "/v2/flows/prospects");

        reply.ShouldBeExactly(UnsupportedMediaType, """{"errors":["Unsupported Media Type"]}""");
    }

    [Theory, EveryProfile]
    [Wire(All, "rep", "An unknown path with good credentials", Refusal = true)]
    public async Task An_unknown_path_is_not_found(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.GetAsync("/v2/nothing/here");

        reply.ShouldBeExactly(NotFound, """{"errors":["Not Found"]}""");
    }

    [Theory, EveryProfile]
    [Wire(All, "doc", "Over a limit: 429; Retry-After has the whole seconds to wait", Refusal = true)]
    public async Task A_call_over_a_limit_is_told_how_long_to_wait(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(1, 0));
        await app.GetAsync("/v2/workspaces", tenant.Key);

        var reply = await app.GetAsync("/v2/workspaces", tenant.Key);

        reply.ShouldBeExactly(TooManyRequests, """{"errors":["API request limit exceeded"]}""");
        Assert.Equal("1", reply.Header("Retry-After"));
    }
}
