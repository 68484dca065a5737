using System.Text;

namespace Sluice.Fuzz;

/// <summary>One request, as its bytes go over the wire. A client library would repair much of what is wrong with it.</summary>
/// <param name="Operation">The operation that it is meant for, such as <c>POST /v2/tasks</c>.</param>
/// <param name="Target">Path and query, escaped as they are sent.</param>
/// <param name="Body">Null: no body and no Content-Length.</param>
internal sealed record FuzzRequest(string Operation, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    private const int MaxShown = 2000;

    /// <returns>The bytes of the request.</returns>
    public byte[] ToBytes(string host)
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        head.Append(Headers.Any(header => header.Name == "Host") ? "" : $"Host: {host}\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (Body is not null)
        {
            head.Append("Content-Length: ").Append(Body.Length).Append("\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body ?? []];
    }

    /// <summary>A command that sends the same request, for a shell.</summary>
    public string ToCurl(string url)
    {
        var text = new StringBuilder("curl -sS -i --path-as-is -X ").Append(Method);
        foreach (var (name, value) in Headers)
        {
            text.Append(" -H ").Append(Quote(value.Length == 0 ? $"{name};" : $"{name}: {value}"));
        }

        var address = Quote(url + Target);
        return Body switch
        {
            null => $"{text} {address}",
            [] => $"{text} --data-binary '' {address}",
            _ when IsPlain(Body) => $"{text} --data-binary {Quote(Encoding.ASCII.GetString(Body))} {address}",
            _ => $"base64 -d <<<{Convert.ToBase64String(Body)} | {text} --data-binary @- {address}",
        };
    }

    private static bool IsPlain(byte[] body) => body.Length <= MaxShown && !body.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~') && body[0] != '@';

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <param name="Status">0: the server closed the connection without an answer.</param>
internal sealed record FuzzAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static readonly FuzzAnswer None = new(0, new Dictionary<string, string>(), []);

    /// <summary>Whether the request asked for no body.</summary>
    public bool IsOfHead { get; init; }

    public bool IsRefusal => Status is >= 400 and < 500;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string Text => Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 600));
}
