using System.Diagnostics;
using Sluice.Server.Http;

namespace Sluice.Fuzz;

/// <param name="Inputs">How many inputs each operation gets.</param>
/// <param name="Seconds">Goes on with new seeds until this time is over; 0: ends after the inputs.</param>
/// <param name="Postgres">The connection string of a PostgreSQL server; null: a SQLite file.</param>
/// <param name="Only">Part of the names of the operations that get inputs; null: all.</param>
internal sealed record FuzzOptions(int Seed, int Inputs, int Seconds = 0, string? Postgres = null, string? Only = null, PlantedBug Bug = PlantedBug.None)
{
    public Profile Profile { get; init; } = Profile.Documented;
}

/// <summary>
/// Sends inputs to all operations in turn, and checks each answer: it is no error of the server, it has the form of all answers, and a refusal
/// has changed nothing. The same seed sends the same requests.
/// </summary>
internal sealed class FuzzRun(FuzzOptions options)
{
    /// <summary>How many inputs of each operation run on one database: a large one would be slow, and after a while everything in it is disabled or gone.</summary>
    private const int InputsOfAWorld = 25;
    private const int ValidOfAWorld = 3;
    private const int TriesToReach = 20;
    private const int ChangesUntilRead = 20;

    private readonly FuzzReport _report = new();

    /// <param name="tell">Called now and then with how much of the run is done, in percent.</param>
    public async Task<FuzzReport> RunAsync(Action<long> tell, CancellationToken ct)
    {
        var (time, done) = (Stopwatch.StartNew(), 0);
        var worlds = (options.Inputs + InputsOfAWorld - 1) / InputsOfAWorld;
        for (var seed = options.Seed; ; seed++)
        {
            var round = seed;
            await Parallel.ForAsync(0, worlds, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount), CancellationToken = ct }, async (world, token) =>
            {
                if (options.Seconds == 0 || time.Elapsed.TotalSeconds < options.Seconds)
                {
                    await RunWorldAsync(HashCode(round, world, 0), Math.Min(InputsOfAWorld, options.Inputs - (world * InputsOfAWorld)), token);
                    tell((long)(100 * (options.Seconds == 0 ? Interlocked.Increment(ref done) / (double)worlds : time.Elapsed.TotalSeconds / options.Seconds)));
                }
            });
            if (time.Elapsed.TotalSeconds >= options.Seconds)
            {
                return _report;
            }
        }
    }

    private async Task RunWorldAsync(int seed, int inputs, CancellationToken ct)
    {
        await using var world = await FuzzWorld.StartAsync(options.Postgres, options.Profile, options.Bug, ct);
        var (words, changes, reached) = (new Vocabulary(), 0, new HashSet<string>());
        var makers = world.Operations.Where(operation => options.Only is null || operation.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))
            .Select(operation => (Operation: operation, Maker: new InputMaker(operation, world.Document, world.Credentials))).ToList();
        for (var i = 0; i < inputs; i++)
        {
            foreach (var (at, (operation, maker)) in makers.Index())
            {
                if (i == ValidOfAWorld)
                {
                    await ReachAsync(world, words, operation, maker, reached, HashCode(seed, TriesToReach, at), ct);
                }

                if (changes % ChangesUntilRead == 0)
                {
                    await world.ReadAsync(words, ct);
                    changes++;
                }

                var request = maker.Make(words, new Random(HashCode(seed, i, at)), isValid: i < ValidOfAWorld);
                changes += await TryAsync(world, words, operation, request, reached, ct) ? 1 : 0;
            }
        }
    }

    /// <summary>Tries some more valid requests if none was accepted: some operations need a thing in a state that few things are in.</summary>
    private async Task ReachAsync(FuzzWorld world, Vocabulary words, FuzzOperation operation, InputMaker maker, HashSet<string> reached, int seed, CancellationToken ct)
    {
        for (var i = 0; i < TriesToReach && !reached.Contains(operation.Name); i++)
        {
            await world.ReadAsync(words, ct);
            await TryAsync(world, words, operation, maker.Make(words, new Random(HashCode(seed, i, 0)), isValid: true), reached, ct);
        }
    }

    /// <returns>Whether the request was accepted and may have changed something.</returns>
    private async Task<bool> TryAsync(FuzzWorld world, Vocabulary words, FuzzOperation operation, FuzzRequest request, HashSet<string> reached, CancellationToken ct)
    {
        await world.State.BeginAsync(ct);
        FuzzAnswer answer;
        try
        {
            answer = await world.Client.SendAsync(request, ct);
        }
        catch (Exception fault) when (fault is TimeoutException or IOException)
        {
            Note(world, request, fault.Message, "");
            return false;
        }

        foreach (var fault in AnswerChecks.FaultsOf(operation, request, answer))
        {
            Note(world, request, fault, $"  {answer.Status} {answer.Text}");
        }

        var isAccepted = answer.Status is > 0 and < 400;
        _report.Count(operation.Name, isAccepted);
        if (isAccepted)
        {
            reached.Add(operation.Name);
        }

        var didChange = await CheckStateAsync(world, operation, request, answer, ct);
        foreach (var error in world.TakeErrors())
        {
            Note(world, request, $"The server logs an error: {error.Split('\n')[0]}", $"  {error}");
        }

        if (answer.Status == 200 && AnswerChecks.CursorIn(answer) is { } cursor && words.Cursors.Count < 20)
        {
            words.Cursors.Add(cursor);
        }

        return didChange;
    }

    private async Task<bool> CheckStateAsync(FuzzWorld world, FuzzOperation operation, FuzzRequest request, FuzzAnswer answer, CancellationToken ct)
    {
        if (answer.IsRefusal || request.Method is "GET" or "HEAD" or "OPTIONS" or "TRACE")
        {
            if (await world.State.ChangesAsync(ct) is { Count: > 0 } changes)
            {
                Note(world, request, $"{(answer.IsRefusal ? "A refused request" : "A request that only reads")} changed the database", $"  {answer.Status} {answer.Text}\n  {string.Join("\n  ", changes.Take(10))}");
            }

            return false;
        }

        if (!await world.State.HasCommittedAsync(ct) && operation.Path != "/sluice/v1/faults")
        {
            return false;
        }

        try
        {
            await world.SettleAsync(ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            Note(world, request, $"The work that it left fails: {fault.GetType().Name}: {fault.Message}", $"  {fault}");
        }

        return true;
    }

    private void Note(FuzzWorld world, FuzzRequest request, string what, string detail) => _report.Add(request.Operation, what, detail, request.ToCurl(world.Url));

    /// <summary>Mixes numbers to a seed, in the same way in every process: the framework's hash codes differ.</summary>
    private static int HashCode(int one, int two, int three)
    {
        var hash = 2166136261u;
        foreach (var number in (int[])[one, two, three])
        {
            hash = (hash ^ (uint)number) * 16777619u;
            hash ^= hash >> 15;
        }

        return (int)(hash & int.MaxValue);
    }
}
