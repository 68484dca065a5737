using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.OAuth;

/// <summary>
/// The parameters of an OAuth request, wherever they stand: clients of the imitated service send them as a form, in the query, or as a JSON body [rep].
/// None may stand there twice (RFC 6749, 3.1 and 3.2); an empty one counts as missing.
/// </summary>
internal sealed class OAuthParameters
{
    private const int MaxBytes = 64 * 1024;
    private const string Form = "application/x-www-form-urlencoded";

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doubled = new(StringComparer.Ordinal);

    /// <summary>What keeps the body from being read; null: nothing.</summary>
    public string? Fault { get; private set; }

    public IReadOnlyCollection<string> Doubled => _doubled;

    public string? this[string name] => _texts.GetValueOrDefault(name);

    public static OAuthParameters OfQuery(HttpRequest request)
    {
        var read = new OAuthParameters();
        read.AddPairs(request.QueryString.Value);
        return read;
    }

    /// <summary>Reads the query and the body. The content type counts only if there is a body: some clients declare JSON and send a query.</summary>
    public static async Task<OAuthParameters> ReadAsync(HttpRequest request)
    {
        var read = OfQuery(request);
        if (request.Headers.ContentEncoding.Count > 0)
        {
            read.Fault = "the body should not be compressed";
            return read;
        }

        var body = await ReadBodyAsync(request);
        if (body is null)
        {
            read.Fault = "the body is too large";
        }
        else if (!body.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            read.AddBody(request.ContentType, body);
        }

        return read;
    }

    /// <summary>Reads the fields of a page's form, and not the query.</summary>
    public static async Task<OAuthParameters> ReadFormAsync(HttpRequest request)
    {
        var read = new OAuthParameters();
        if (await ReadBodyAsync(request) is { } body && Utf8.IsValid(body))
        {
            read.AddPairs(Encoding.UTF8.GetString(body));
        }

        return read;
    }

    /// <returns>Null if it has more than <see cref="MaxBytes"/>.</returns>
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        for (int count; (count = await ReadSomeAsync(request, buffer)) > 0;)
        {
            if (bytes.Length + count > MaxBytes)
            {
                return null;
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static async Task<int> ReadSomeAsync(HttpRequest request, byte[] buffer)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            throw new BadHttpRequestException(fault.Message, fault); // A reset connection is not our bug.
        }
    }

    private void AddBody(string? contentType, byte[] body)
    {
        var type = contentType?.Split(';')[0].Trim();
        if (!Utf8.IsValid(body))
        {
            Fault = "the body should be UTF-8";
        }
        else if (string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            AddJson(body);
        }
        else if (type is null || type.Equals(Form, StringComparison.OrdinalIgnoreCase))
        {
            AddPairs(Encoding.UTF8.GetString(body).Trim());
        }
        else
        {
            Fault = $"the parameters should be a form ({Form}), JSON (application/json), or in the query";
        }
    }

    private void AddPairs(string? text)
    {
        foreach (var pair in new QueryStringEnumerable(text))
        {
            Add(pair.DecodeName().ToString(), pair.DecodeValue().ToString());
        }
    }

    private void AddJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                Fault = "the body should be a JSON object";
                return;
            }

            foreach (var field in document.RootElement.EnumerateObject())
            {
                AddJson(field);
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            Fault = "the body is not JSON"; // InvalidOperation: a text with half a surrogate pair.
        }
    }

    private void AddJson(JsonProperty field)
    {
        if (field.Value.ValueKind == JsonValueKind.String)
        {
            Add(field.Name, field.Value.GetString()!);
        }
        else if (field.Value.ValueKind != JsonValueKind.Null)
        {
            Fault = $"{RequestReader.Echo(field.Name)} should be a text";
        }
    }

    private void Add(string name, string text)
    {
        if (text.Length > 0 && !_texts.TryAdd(name, text))
        {
            _doubled.Add(name);
        }
    }
}
