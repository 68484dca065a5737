using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Audit;

/// <summary>Writes lines of the audit, in the transaction of the change.</summary>
internal sealed class AuditLog(IdMaker ids, TimeProvider clock)
{
    /// <summary>How long an entry is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private const int MaxText = 2000;

    /// <summary>An address stays as it is, so that an erasure finds it.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="tx">The transaction of the change.</param>
    /// <param name="subject">A kind and an id; null: nothing in particular.</param>
    /// <param name="before">Names and values; empty: nothing is known of it.</param>
    /// <param name="after">Names and values; empty: nothing is known of it.</param>
    public Task AddAsync(
        IDbSession tx, long companyId, AuditActor by, string action, string? subject, IEnumerable<(string Name, string? Value)> before, IEnumerable<(string Name, string? Value)> after,
        CancellationToken ct) =>
        new AuditStore(tx).AddAsync(new AuditEntry(companyId, ids.Next(), action, subject, by, Write(before), Write(after), clock.GetUtcNow()), ct);

    private static string? Write(IEnumerable<(string Name, string? Value)> values)
    {
        var given = values.Where(one => one.Value is not null).ToList(); // What has no value has none to tell.
        if (given.Count == 0)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            given.ForEach(one => json.WriteString(one.Name, one.Value is { Length: > MaxText } ? one.Value[..MaxText] : one.Value));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
