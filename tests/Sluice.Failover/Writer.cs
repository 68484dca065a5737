using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Failover;

/// <summary>A client that assigns and unassigns as fast as it gets answers, on a random node each time, and records every call.</summary>
/// <param name="open">Instances that some answer reported as open, shared by all writers. An id may be in it twice, so that writers race for it.</param>
internal sealed class Writer(FailoverCompany company, IReadOnlyList<Uri> nodes, ConcurrentQueue<long> open, TimeProvider clock, int number) : IDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

#pragma warning disable RS0030 // Seeded with the writer's number.
    private readonly Random _random = new(number);
#pragma warning restore RS0030
    private readonly HttpClient _client = new()
    {
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{company.Key.AccessKey}:{company.Key.AccessKeySecret}"))),
        },
    };

    private int _answered;

    public List<Operation> History { get; } = [];

    public int Answered => Volatile.Read(ref _answered);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var operation = await (_random.Next(8) switch
            {
                < 4 => AssignAsync(),
                < 7 when Some() is { Count: > 0 } ids => UnassignAsync(ids),
                _ => UnassignProspectAsync(),
            });
            History.Add(operation);
            if (operation.IsAnswered)
            {
                Interlocked.Increment(ref _answered);
            }
            else
            {
                await Task.Delay(Breath, clock, CancellationToken.None);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private Task<Operation> AssignAsync()
    {
        var flowId = company.FlowIds[_random.Next(company.FlowIds.Count)];
        var crmIds = string.Join("\",\"", Enumerable.Range(0, 5).Select(_ => Prospect()).Distinct(StringComparer.Ordinal));
        return CallAsync(
            "assign",
            $$"""{"flowId":"{{flowId}}","flowInstanceOwnerEmail":"{{FailoverCompany.OwnerEmail}}","crmProspectsIds":["{{crmIds}}"]}""",
            answer => [.. answer["prospectsAssigned"]!.AsArray().Select(one => new Entered(Id(one!["flowInstanceId"]), (string)one["crmProspectId"]!, flowId))]);
    }

    private Task<Operation> UnassignAsync(List<long> ids) =>
        CallAsync("unassign-flows-by-instance-id", $$"""{"flowInstanceIds":["{{string.Join("\",\"", ids)}}"]}""", _ => []);

    /// <summary>Also ends instances that no answer has reported.</summary>
    private Task<Operation> UnassignProspectAsync() => CallAsync("unassign-flows-by-crm-id", $$"""{"crmProspectId":"{{Prospect()}}"}""", _ => []);

    private async Task<Operation> CallAsync(string path, string body, Func<JsonNode, List<Entered>> entered)
    {
        var start = clock.GetTimestamp();
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var reply = await _client.PostAsync(new Uri(nodes[_random.Next(nodes.Count)], $"/v2/flows/prospects/{path}"), content);
            var answer = JsonNode.Parse(await reply.Content.ReadAsStringAsync())!;
            return Told(start, reply.StatusCode, answer, reply.StatusCode == HttpStatusCode.OK ? entered(answer) : []);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Operation(start, clock.GetTimestamp(), null, false, [], []);
        }
    }

    private Operation Told(long start, HttpStatusCode status, JsonNode answer, List<Entered> entered)
    {
        if (status is not (HttpStatusCode.OK or HttpStatusCode.InternalServerError))
        {
            throw new InvalidOperationException($"Unexpected status {status}; a writer sends only valid requests: {answer}");
        }

        foreach (var one in entered)
        {
            open.Enqueue(one.InstanceId);
            if (_random.Next(4) == 0)
            {
                open.Enqueue(one.InstanceId);
            }
        }

        List<long> removed = [.. answer["unassignedFlowInstanceIds"]?.AsArray().Select(Id) ?? []];
        return new Operation(start, clock.GetTimestamp(), (string)answer["requestId"]!, status == HttpStatusCode.OK, entered, removed);
    }

    private List<long> Some()
    {
        var ids = new HashSet<long>();
        while (ids.Count < 5 && open.TryDequeue(out var id))
        {
            ids.Add(id);
        }

        return [.. ids];
    }

    private string Prospect() => company.CrmIds[_random.Next(company.CrmIds.Count)];

    private static long Id(JsonNode? node) => long.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);
}
