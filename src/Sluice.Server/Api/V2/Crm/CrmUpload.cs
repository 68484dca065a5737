using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Crm;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Server.Api.V2.Crm;

/// <summary>
/// Receives an upload. It writes the lines to the database as they arrive, up to 500 at a time, so memory use does not depend on the file's
/// size, and a worker on any node can process them. An upload that breaks off leaves no data behind: a worker deletes its lines.
/// </summary>
internal sealed class CrmUpload(Db db, IdMaker ids, CrmWorker worker, TimeProvider clock)
{
    private const int MaxLine = 1024 * 1024;
    private const int MaxLinesTogether = 500;
    private const int MaxBytesTogether = 1024 * 1024;

    /// <returns>False if the client has used this clientRequestId before.</returns>
    /// <param name="body">The part with the lines.</param>
    /// <param name="parts">All parts, to see that the body is whole.</param>
    /// <exception cref="IOException">The body ends too early; the upload is then abandoned.</exception>
    public async Task<bool> ReceiveAsync(CrmIntegration integration, string objectType, string clientRequestId, Stream body, UploadParts parts, CancellationToken ct)
    {
        var request = new CrmRequest(integration.CompanyId, integration.Id, clientRequestId, ids.Next(), objectType, CrmRequest.Receiving, [], 0, 0, 0);
        if (!await db.InTransactionAsync(tx => new CrmRequestStore(tx).AddAsync(request, clock.GetUtcNow(), LeaseUntil(), ct), ct))
        {
            return false;
        }

        try
        {
            await foreach (var lines in ReadAsync(body, ct))
            {
                await KeepAsync(request, lines, ct);
            }

            await parts.FinishAsync(ct);
            if (!await new CrmRequestStore(db).MarkReceivedAsync(request, ct))
            {
                throw TakenForDead();
            }

            worker.Wake();
            return true;
        }
        catch
        {
            await db.InTransactionAsync(tx => new CrmRequestStore(tx).AbandonAsync(request, CancellationToken.None), CancellationToken.None);
            worker.Wake();
            throw;
        }
    }

    private DateTimeOffset LeaseUntil() => clock.GetUtcNow() + CrmWorker.Lease;

    private async Task KeepAsync(CrmRequest request, List<CrmLine> lines, CancellationToken ct)
    {
        if (!await db.InTransactionAsync(tx => new CrmRequestStore(tx).AddLinesAsync(request, lines, LeaseUntil(), ct), ct))
        {
            throw TakenForDead();
        }
    }

    private static IOException TakenForDead() => new("The upload was too slow: its lease ended, so a worker deleted it; send it again");

    private static async IAsyncEnumerable<List<CrmLine>> ReadAsync(Stream body, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (together, bytes, number) = (new List<CrmLine>(), 0L, 0L);
        await foreach (var content in SplitAsync(PipeReader.Create(body), ct))
        {
            number++;
            if (content is { Length: 0 })
            {
                continue; // Empty lines are ignored and not counted as errors; most files end with one.
            }

            together.Add(new CrmLine(number, content));
            bytes += content?.Length ?? 0;
            if (together.Count == MaxLinesTogether || bytes >= MaxBytesTogether)
            {
                yield return together;
                (together, bytes) = ([], 0);
            }
        }

        if (together.Count > 0)
        {
            yield return together;
        }
    }

    /// <returns>The text of each line; null for a line that is too long, which is skipped without being kept in memory.</returns>
    private static async IAsyncEnumerable<string?> SplitAsync(PipeReader reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var isTooLong = false;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return isTooLong ? null : Text(rest.Slice(0, end));
                isTooLong = false;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                yield return isTooLong ? null : Text(rest);
                reader.AdvanceTo(rest.End);
                yield break;
            }

            isTooLong |= rest.Length > MaxLine;
            reader.AdvanceTo(isTooLong ? rest.End : rest.Start, rest.End);
        }
    }

    private static string? Text(ReadOnlySequence<byte> line)
    {
        if (line.Length > MaxLine)
        {
            return null;
        }

        // The bytes are checked before they are decoded: a decoder puts another letter where it finds none, and that letter would be stored and mailed.
        // A raw NUL is invalid in JSON, and PostgreSQL cannot store it. U+0001 is invalid in JSON too, so the line is still reported as wrong.
        ReadOnlySpan<byte> bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (!Utf8.IsValid(bytes))
        {
            return CrmLine.NotUtf8;
        }

        var text = Encoding.UTF8.GetString(bytes).Trim('\uFEFF', '\r', ' ', '\t').Replace('\0', '\u0001');
        return text == CrmLine.NotUtf8 ? "\u0001" : text;
    }
}
