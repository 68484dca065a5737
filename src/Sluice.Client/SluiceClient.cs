using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Client;

/// <summary>
/// Calls the Flows API of a Sluice server, or of the service that Sluice imitates. May be used by many threads at once; use one for each company.
/// A call that fails throws a <see cref="SluiceException"/>.
/// </summary>
public sealed partial class SluiceClient : IDisposable
{
    private readonly ApiSender _sender;
    private readonly SluiceOptions _options;
    private readonly HttpClient? _own;

    /// <summary>Makes a client with connections of its own, which end when it is disposed.</summary>
    public SluiceClient(SluiceOptions options)
        : this(options, NetworkHandler.Create())
    {
    }

    /// <summary>Makes a client that sends through a handler, which is disposed with it.</summary>
    /// <param name="options">The server, the credentials, and how to repeat.</param>
    /// <param name="handler">It must not repeat requests: the client does, where that is safe.</param>
    public SluiceClient(SluiceOptions options, HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var own = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        (_own, _options, _sender) = (own, options, new ApiSender(options, () => own));
    }

    internal SluiceClient(SluiceOptions options, Func<HttpClient> connect)
    {
        options.Check();
        (_options, _sender) = (options, new ApiSender(options, connect));
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _own?.Dispose();

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) => _sender.SendAsync(new ApiRequest(HttpMethod.Get, path), type, ct);

    /// <summary>Sends a POST that changes nothing.</summary>
    private Task<TAnswer> ReadAsync<TBody, TAnswer>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken ct) =>
        _sender.SendAsync(new ApiRequest(HttpMethod.Post, path) { IsRead = true, Content = JsonBody(body, bodyType) }, type, ct);

    private Task<TAnswer> WriteAsync<TBody, TAnswer>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken ct) =>
        _sender.SendAsync(new ApiRequest(method, path) { Content = JsonBody(body, bodyType), IdempotencyKey = _sender.NewKey() }, type, ct);

    private Task<TAnswer> WriteAsync<TAnswer>(HttpMethod method, string path, JsonTypeInfo<TAnswer> type, CancellationToken ct) =>
        _sender.SendAsync(new ApiRequest(method, path) { IdempotencyKey = _sender.NewKey() }, type, ct);

    private static async IAsyncEnumerable<TItem> PagesAsync<TAnswer, TItem>(
        Func<string?, Task<TAnswer>> read, Func<TAnswer, IReadOnlyList<TItem>?> items, Func<TAnswer, PageRecords?> records, [EnumeratorCancellation] CancellationToken ct)
    {
        string? cursor = null;
        do
        {
            ct.ThrowIfCancellationRequested();
            var page = await read(cursor).ConfigureAwait(false);
            foreach (var item in items(page) ?? [])
            {
                yield return item;
            }

            cursor = records(page)?.Cursor;
        }
        while (cursor is not null);
    }

    private static Func<HttpContent?> JsonBody<T>(T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };
    }
}
