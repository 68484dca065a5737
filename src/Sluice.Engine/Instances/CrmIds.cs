using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Engine.Instances;

/// <summary>
/// CRM ids by position, kept as the JSON bytes of the request. SQLite takes the array unchanged as a parameter, and the answer repeats each
/// id's bytes, so nothing is decoded or copied.
/// </summary>
internal sealed class CrmIds
{
    private const int MaxPlain = 512;
    private const int MaxPlainLength = 128; // The same limit as in Prospect.IsPossibleCrmId.

    private readonly (int Start, int Length)[] _places;

    private CrmIds(ReadOnlyMemory<byte> json, (int Start, int Length)[] places) => (Json, _places) = (json, places);

    /// <summary>A JSON array of strings, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public int Count => _places.Length;

    /// <summary>The id's bytes as an answer writes them between the quotes.</summary>
    public ReadOnlySpan<byte> this[long position] => Json.Span.Slice(_places[position].Start, _places[position].Length);

    public static CrmIds Of(IReadOnlyList<string> ids)
    {
        using var buffer = new MemoryStream();
        buffer.WriteByte((byte)'[');
        var places = new (int Start, int Length)[ids.Count];
        for (var i = 0; i < places.Length; i++)
        {
            buffer.Write(i == 0 ? "\""u8 : ",\""u8);
            var text = JsonEncodedText.Encode(ids[i], JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
            places[i] = ((int)buffer.Length, text.Length);
            buffer.Write(text);
            buffer.WriteByte((byte)'"');
        }

        buffer.WriteByte((byte)']');
        return new CrmIds(buffer.ToArray(), places);
    }

    /// <summary>
    /// Reads a body that is exactly <c>{"crmProspectsIds":["…",…]}</c>, as nearly every call sends it: about a hundred distinct ids of printable ASCII.
    /// </summary>
    /// <param name="body">Valid JSON, or empty.</param>
    /// <returns>Null for any other body, valid or not; then <c>ListRequest</c> applies the full rules.</returns>
    public static CrmIds? ReadPlain(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        if (body.IsEmpty
            || !reader.Read() || reader.TokenType != JsonTokenType.StartObject
            || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("crmProspectsIds"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var start = (int)reader.TokenStartIndex;
        var places = ReadPlaces(ref reader, start);
        var end = (int)reader.BytesConsumed;
        return places is not null && reader.Read() && reader.TokenType == JsonTokenType.EndObject ? new CrmIds(body[start..end], places) : null;
    }

    private static (int Start, int Length)[]? ReadPlaces(ref Utf8JsonReader reader, int start)
    {
        Span<(int Start, int Length)> places = stackalloc (int, int)[MaxPlain];
        Span<int> seen = stackalloc int[MaxPlain * 2];
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (count == MaxPlain || !IsPlain(reader.ValueSpan) || !AddHash(seen, reader.ValueSpan))
            {
                return null;
            }

            places[count++] = ((int)reader.TokenStartIndex + 1 - start, reader.ValueSpan.Length);
        }

        return reader.TokenType == JsonTokenType.EndArray && count > 0 ? places[..count].ToArray() : null;
    }

    /// <summary>Whether the id needs no JSON escaping in an answer and is a possible CRM id.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> id) =>
        id.Length is > 0 and <= MaxPlainLength && !id.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !id.Contains((byte)'\\');

    /// <returns>False if the hash is in the set already. The id may be a duplicate or only share its hash; the full parser decides.</returns>
    private static bool AddHash(Span<int> seen, ReadOnlySpan<byte> id)
    {
        var hash = default(HashCode);
        hash.AddBytes(id);
        var value = hash.ToHashCode() | 1; // Never zero: zero marks a free slot.
        for (var at = value & (seen.Length - 1); ; at = (at + 1) & (seen.Length - 1))
        {
            if (seen[at] == 0)
            {
                seen[at] = value;
                return true;
            }

            if (seen[at] == value)
            {
                return false;
            }
        }
    }
}
