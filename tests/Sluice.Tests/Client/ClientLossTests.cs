using System.Net;
using System.Text.Json.Nodes;
using Sluice.Client;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client;

/// <summary>The typed client behind a proxy that loses requests and answers: it does no write twice, and each once.</summary>
public sealed class ClientLossTests
{
    private static readonly CrmId[] People = [.. Enumerable.Range(1, 24).Select(number => new CrmId($"person-{number}"))];

    [Theory, EveryDatabase]
    public async Task Each_write_is_done_once_by_its_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = company.Admission with { CreateUnknownProspects = true } });
        using var proxy = new LosingProxy(app.Handler());
        using var client = new SluiceClient(app.ClientOptions(options => (options.MaxRetries, options.AssignBatchSize, options.UnassignBatchSize) = (10, 3, 2)), proxy);
        var flow = new FlowId($"{app.Tenant.Flow.Id}");

        var assigned = await client.AssignAsync(flow, People, TestApp.RepEmail);
        var removed = await client.UnassignAsync(assigned.Assigned.Take(12).Select(one => one.FlowInstanceId));
        for (var i = 0; i < 6; i++)
        {
            await client.BeginBulkAssignmentAsync(flow, [new BulkProspect { CrmId = new CrmId($"bulk-{i}") }], TestApp.RepEmail);
        }

        Assert.InRange(proxy.LostAnswers, 3, int.MaxValue); // Otherwise the test shows nothing.
        Assert.Equal(People, assigned.Assigned.Select(one => one.CrmProspectId));
        Assert.Empty(assigned.NotAssigned); // A second assignment would be refused: the prospect is in the flow.
        Assert.Equal(assigned.Assigned.Take(12).Select(one => one.FlowInstanceId), removed.Unassigned); // A second removal would find nothing to remove.
        Assert.Equal(6, (await app.Db.QueryAsync($"select id from bulk_jobs", row => row.GetString(0), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task AssignSafely_assigns_each_once_at_a_server_without_keys_that_would_assign_twice()
    {
        var server = new ServerWithoutKeys();
        using var proxy = new LosingProxy(server);
        using var client = Client(proxy, options => (options.MaxRetries, options.AssignBatchSize) = (10, 2));

        var result = await client.AssignSafelyAsync(new FlowId("7"), People, "a@b.c");

        Assert.InRange(proxy.LostAnswers, 3, int.MaxValue);
        Assert.Equal(People.Select(person => $"{person}"), server.Assigned);
        Assert.Equal(People, result.Assigned.Select(one => one.CrmProspectId));
        Assert.NotEmpty(result.FoundAfterLostAnswer);
        Assert.Empty(result.Failed);
    }

    [Fact]
    public async Task Without_keys_a_write_is_sent_once_and_the_result_says_where_it_stopped()
    {
        var server = new ServerWithoutKeys();
        using var proxy = new LosingProxy(server);
        using var client = Client(proxy, options => options.AssignBatchSize = 3);

        var result = await client.AssignAsync(new FlowId("7"), People, "a@b.c");

        Assert.Equal(People, result.Assigned.Select(one => one.CrmProspectId).Concat(result.Failed.SelectMany(batch => batch.Ids)));
        Assert.Equal((true, true), (result.Failed[0].WasSent, result.Failed[0].Fault.IsOutcomeUnknown));
        Assert.Equal(server.Assigned.Distinct(), server.Assigned);
    }

    private static SluiceClient Client(HttpMessageHandler handler, Action<SluiceOptions> change)
    {
        var options = new SluiceOptions { BaseAddress = new Uri("https://api.example.com"), BearerToken = "t", FirstPause = TimeSpan.FromMilliseconds(1) };
        change(options);
        return new SluiceClient(options, handler);
    }

    /// <summary>Passes requests to a server. Of ten, it loses one before the server gets it, and the answers to four. The same calls lose the same.</summary>
    private sealed class LosingProxy(HttpMessageHandler server) : DelegatingHandler(server)
    {
        private readonly Random _random = new(17);

        public int LostAnswers { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var fate = _random.Next(10);
            if (fate == 0)
            {
                throw new HttpRequestException("The request was lost.");
            }

            var answer = await base.SendAsync(request, cancellationToken);
            if (fate > 4)
            {
                return answer;
            }

            LostAnswers += request.RequestUri!.AbsolutePath.StartsWith("/v2", StringComparison.Ordinal) ? 1 : 0;
            answer.Dispose();
            throw new HttpRequestException("The answer was lost.");
        }
    }

    /// <summary>Assigns whoever is named, as often as asked. Ignores idempotency keys.</summary>
    private sealed class ServerWithoutKeys : HttpMessageHandler
    {
        public List<string> Assigned { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.StartsWith("/v2", StringComparison.Ordinal))
            {
                return Answer("""{"errors":["Not Found"]}""", HttpStatusCode.NotFound);
            }

            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["crmProspectsIds"]!.AsArray().Select(id => (string)id!).ToList();
            var isAssignment = request.RequestUri!.AbsolutePath.EndsWith("/assign", StringComparison.Ordinal);
            Assigned.AddRange(isAssignment ? asked : []);
            var instances = Assigned.Index().Where(one => asked.Contains(one.Item)).Select(one => $$"""{"flowId":"7","crmProspectId":"{{one.Item}}","flowInstanceId":"{{one.Index + 1}}","flowInstanceStatus":"Running"}""");
            return Answer($$"""{"requestId":"r","prospectsAssigned":[{{string.Join(',', instances)}}]}""");
        }
    }
}
