using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>
/// Runs one look-up for many callers at once. While a lane waits for the answer to its statement, new calls gather, and the lane's next
/// statement looks up the keys of all of them. There is no timer: when no other call waits, a call runs at once. Measured: 27 k/s, against
/// 10 k/s with one statement per call. Companies stay separate because each key is sent with its company's id.
/// </summary>
internal sealed class PostgresLookUp<T> : IAsyncDisposable
    where T : unmanaged
{
    private const int Lanes = 2;
    private const int MaxWaiting = 10_000;
    private const int MaxKeysTogether = 1000;

    /// <summary>A call with this many keys runs alone: it gains nothing from a shared statement, and the small calls would wait for it.</summary>
    private const int LargeCallKeys = 50;
    private const int MaxLargeAtOnce = 8;

    private readonly NpgsqlDataSource _source;
    private readonly string _text;
    private readonly Channel<PendingLookUp<T>> _waiting = Channel.CreateBounded<PendingLookUp<T>>(MaxWaiting);
    private readonly SemaphoreSlim _mayBeLarge = new(MaxLargeAtOnce);
    private readonly Task _lanes;

    public PostgresLookUp(NpgsqlDataSource source, LookUp<T> lookUp)
    {
        (_source, _text) = (source, lookUp.TextIn(Dialect.Postgres));
        _lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(RunLaneAsync)));
    }

    public async Task<List<T>> FindAsync(long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct)
    {
        var asked = new PendingLookUp<T>(companyId, Keys.Read(keys.Span), ct);
        if (asked.Keys.Exists(key => key.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException("PostgreSQL text cannot contain a NUL character", nameof(keys)); // It would fail every call in its statement.
        }

        if (asked.Keys.Count >= LargeCallKeys)
        {
            await LookUpAloneAsync(asked, ct);
        }
        else
        {
            await _waiting.Writer.WriteAsync(asked, ct);
        }

        return await asked.Found.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _lanes;
        _mayBeLarge.Dispose();
    }

    private async Task LookUpAloneAsync(PendingLookUp<T> asked, CancellationToken ct)
    {
        await _mayBeLarge.WaitAsync(ct);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(ct);
            await using var command = ToCommand(connection);
            await AskAsync(command, [asked], ct);
        }
        finally
        {
            _mayBeLarge.Release();
        }
    }

    private async Task RunLaneAsync()
    {
        NpgsqlCommand? command = null;
        var together = new List<PendingLookUp<T>>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            for (var keys = 0; keys < MaxKeysTogether && _waiting.Reader.TryRead(out var asked);)
            {
                if (!asked.IsGone)
                {
                    together.Add(asked);
                    keys += asked.Keys.Count;
                }
            }

            command = together.Count > 0 ? await AnswerAsync(command, together) : command;
            together.Clear();
        }

        await CloseAsync(command);
    }

    /// <returns>The command that the lane uses next; null makes the lane open a new connection.</returns>
    private async Task<NpgsqlCommand?> AnswerAsync(NpgsqlCommand? command, List<PendingLookUp<T>> together)
    {
        try
        {
            command ??= ToCommand(await _source.OpenConnectionAsync());
            await AskAsync(command, together, CancellationToken.None);
            return command;
        }
        catch (Exception fault)
        {
            await CloseAsync(command);
            together.ForEach(asked => asked.Fail(fault)); // If the connection was lost, each caller retries.
            return null;
        }
    }

    private static async Task AskAsync(NpgsqlCommand command, List<PendingLookUp<T>> together, CancellationToken ct)
    {
        List<PendingLookUp<T>> ofKey = [.. together.SelectMany(asked => Enumerable.Repeat(asked, asked.Keys.Count))];
        command.Parameters[0].Value = ofKey.ConvertAll(asked => asked.CompanyId).ToArray();
        command.Parameters[1].Value = together.SelectMany(asked => asked.Keys).ToArray();
        var first = 0;
        together.ForEach(asked => asked.Begin(ref first));
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                ofKey[(int)reader.GetInt64(0)].Add(reader);
            }
        }

        together.ForEach(asked => asked.Answer());
    }

    private NpgsqlCommand ToCommand(NpgsqlConnection connection)
    {
#pragma warning disable CA2100 // The text contains only literals of this code; every value is a parameter.
        var command = new NpgsqlCommand(_text, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        return command;
    }

    private static async Task CloseAsync(NpgsqlCommand? command)
    {
        if (command is not null)
        {
            await command.Connection!.DisposeAsync();
            await command.DisposeAsync();
        }
    }
}
