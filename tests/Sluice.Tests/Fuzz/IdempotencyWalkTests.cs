using System.Text;
using Sluice.Fuzz;
using Sluice.Server.Http;

namespace Sluice.Tests.Fuzz;

/// <summary>Walks all writes of both APIs, those of <c>sluice dev</c> too, with requests that the fuzzer makes.</summary>
public sealed class IdempotencyWalkTests
{
    private const int MaxTries = 40;

    /// <summary>
    /// In <c>sluice dev</c> no mail is uncertain, no mail server is called, no task was closed a moment ago, and what came in or is to be done may ask for no mail: these are
    /// refused. A refusal by the state of things uses up the key too.
    /// </summary>
    private static readonly string[] Refused =
    [
        "POST /sluice/v1/messages/{messageId}/resolve", "POST /sluice/v1/mailboxes/{id}/check", "POST /sluice/v1/tasks/{id}/undo", "POST /sluice/v1/tasks/{id}/mail",
        "POST /sluice/v1/inbound/answer",
    ];

    [Theory, EveryDatabase]
    public async Task Each_write_that_is_sent_twice_with_one_key_is_done_once(Database database)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var world = await FuzzWorld.StartAsync(database == Database.Postgres ? TestDatabase.PostgresServer : null, Profile.Documented, PlantedBug.None, ct);
        var (words, walked) = (new Vocabulary(), new List<string>());
        foreach (var (at, operation) in world.Operations.Where(operation => operation.Needs is not null && IdempotentCalls.IsWrite(operation.Method)).OrderBy(Place).Index())
        {
            var maker = new InputMaker(operation, world.Document, world.Credentials);
            await world.ReadAsync(words, ct);
            var (request, first) = await SucceedAsync(world, maker, words, at, ct);
            await world.State.BeginAsync(ct);
            var second = await world.Client.SendAsync(request, ct);

            Assert.Equal((first.Status, "true"), (second.Status, second.Header("idempotency-replayed")));
            Assert.Equal(Encoding.UTF8.GetString(first.Body), Encoding.UTF8.GetString(second.Body));
            Assert.NotEqual(first.Header("x-traceid"), second.Header("x-traceid"));
            Assert.True(await world.State.ChangesAsync(ct) is [], operation.Name);
            Assert.Empty(world.TakeErrors());
            walked.Add(operation.Name);
            await world.SettleAsync(ct);
        }

        Assert.True(walked.Count > 50, $"{walked.Count}: {string.Join(", ", walked)}");
    }

    /// <summary>What makes things comes first, and what removes them last.</summary>
    private static int Place(FuzzOperation operation) => operation switch
    {
        { Name: "PUT /v2/crm/integrations" } => 0,
        { Method: "DELETE" } or { Path: "/sluice/v1/clock" } => 4,
        { Name: "PATCH /sluice/v1/webhooks/{id}" } => 3, // It may disable the only webhook.
        _ when operation.Path.Contains('{', StringComparison.Ordinal) || operation.Path.Contains("erase", StringComparison.Ordinal) => 2,
        _ => 1,
    };

    /// <summary>Tries valid requests, each with a key of its own, until one of them does something.</summary>
    private static async Task<(FuzzRequest Request, FuzzAnswer Answer)> SucceedAsync(FuzzWorld world, InputMaker maker, Vocabulary words, int seed, CancellationToken ct)
    {
        var refusals = new List<string>();
        for (var i = 0; i < MaxTries; i++)
        {
            var request = maker.Make(words, new Random((seed * 1000) + i), isValid: true);
            var keyed = request with { Headers = [.. request.Headers, (IdempotentCalls.Header, $"{seed}-{i}")] };
            var answer = await world.Client.SendAsync(keyed, ct);
            Assert.Null(answer.Header("idempotency-replayed"));
            if (answer.Status is >= 200 and < 300 || (Refused.Contains(request.Operation) && answer.Status is 404 or 409))
            {
                return (keyed, answer);
            }

            refusals.Add($"{answer.Status} {answer.Text}");
        }

        throw new InvalidOperationException($"None of {MaxTries} requests succeeded: {string.Join('\n', refusals.TakeLast(5))}");
    }
}
