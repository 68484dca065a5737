using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Instances;

namespace Sluice.Simulation;

/// <summary>Does what a client does that sends calls with idempotency keys: when an answer is lost, it sends the call again.</summary>
internal sealed class KeyedActs(SimWorld world)
{
    private const int MaxTries = 10;

    private static readonly byte[] CompanyKey = new byte[32];

    private readonly Dictionary<int, string> _answers = [];
    private int _calls;
    private int _tries;
    private int? _underWay;

    /// <summary>Whether a client waits for an answer, so that an equal call may come at the same time.</summary>
    public bool IsUnderWay => _underWay is not null;

    /// <summary>Begins a bulk assignment: each time that this is done, there is one more.</summary>
    public async Task SendAsync()
    {
        var call = ++_calls;
        _underWay = call;
        try
        {
            for (var tries = 0; tries < MaxTries && !await TryAsync(call); tries++)
            {
                world.Faults.Record($"the answer to call {call} is lost");
            }
        }
        finally
        {
            _underWay = null;
        }
    }

    /// <summary>The client is impatient and sends the call again while the first one is under way.</summary>
    public async Task SendAgainAsync()
    {
        var call = _underWay!.Value;
        _underWay = null; // Once is enough.
        await TryAsync(call);
    }

    /// <returns>False: the server was killed, and the client knows nothing.</returns>
    private async Task<bool> TryAsync(int number)
    {
        var (worker, requestId) = (world.Worker(), string.Create(CultureInfo.InvariantCulture, $"call{number}-{++_tries}"));
        var call = KeyedCall.Of(world.Team.CompanyId, CompanyKey, $"key-{number}", SHA256.HashData(Encoding.UTF8.GetBytes($"{number}")), requestId);
        try
        {
            world.Faults.Record($"call {number} begins a bulk assignment");
            Check(number, await worker.Once.RunAsync(call, () => WorkAsync(worker, requestId), default));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<CallAnswer> WorkAsync(SimWorker worker, string requestId)
    {
        var job = new BulkJob(world.Team.CompanyId, requestId, world.Team.Flows[0].Id, world.Team.Users[0].Id, 1, requestId, BulkJobStatus.Pending, world.Clock.Now);
        await worker.Db.InTransactionAsync(tx => new BulkStore(tx).AddAsync(job, [new BulkProspect(null, null, null, null, null, "crm-0", null, null)], default), default);
        return new CallAnswer(202, Encoding.UTF8.GetBytes(job.Id));
    }

    private void Check(int number, KeyedResult result)
    {
        ViolationException.Require(result.Outcome is KeyedOutcome.Done or KeyedOutcome.Replayed or KeyedOutcome.AnswerGone, $"call {number} gets {result.Outcome}");
        var answer = result.Answer is { } given ? Encoding.UTF8.GetString(given.Body.Span) : result.RequestId!;
        ViolationException.Require(_answers.TryAdd(number, answer) || _answers[number] == answer, $"call {number} gets another answer the second time");
    }
}
