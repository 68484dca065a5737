using System.Text.Json;

namespace Sluice.Client;

/// <summary>
/// Calls the management API of a Sluice server, which the original does not have: what tests need of it. Each write has an idempotency key, and is
/// repeated if its answer is lost.
/// </summary>
public sealed class SluiceControlClient : IDisposable
{
    private readonly ApiSender _sender;
    private readonly HttpClient _own;

    /// <summary>Makes a client with connections of its own.</summary>
    /// <param name="options">The key needs the scope <c>sluice:manage</c>.</param>
    public SluiceControlClient(SluiceOptions options)
        : this(options, NetworkHandler.Create())
    {
    }

    /// <summary>Makes a client that sends through a handler, which is disposed with it.</summary>
    public SluiceControlClient(SluiceOptions options, HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _own = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _sender = new ApiSender(options, () => _own);
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _own.Dispose();

    /// <summary>Reads the clock of <c>sluice dev</c>.</summary>
    public Task<ClockReading> GetClockAsync(CancellationToken ct = default) => _sender.SendAsync(new ApiRequest(HttpMethod.Get, "/sluice/v1/clock"), ControlJson.Default.ClockReading, ct);

    /// <summary>Moves the clock of <c>sluice dev</c>, and does on the way all that is due.</summary>
    public Task<ClockReading> SetClockAsync(DateTimeOffset time, CancellationToken ct = default) =>
        _sender.SendAsync(Post("/sluice/v1/clock", JsonSerializer.SerializeToUtf8Bytes(new ClockRequest(time), ControlJson.Default.ClockRequest)), ControlJson.Default.ClockReading, ct);

    /// <summary>Lists mails, the newest first: at most 100.</summary>
    /// <param name="instance">Only those of this flow instance; null: all of them.</param>
    public async Task<IReadOnlyList<FlowMessage>> ListMessagesAsync(FlowInstanceId? instance = null, CancellationToken ct = default) => (await _sender.SendAsync(
        new ApiRequest(HttpMethod.Get, Query.To("/sluice/v1/messages", ("flowInstanceId", instance?.Value), ("limit", "100"))), ControlJson.Default.MessagesAnswer, ct).ConfigureAwait(false)).Messages ?? [];

    /// <summary>Reports what a prospect did, as if a mailbox had got it.</summary>
    public Task ReportInboundAsync(InboundReport report, CancellationToken ct = default) =>
        _sender.SendAsync(Post("/sluice/v1/inbound", JsonSerializer.SerializeToUtf8Bytes(report, ControlJson.Default.InboundReport)), SluiceJson.Default.DoneAnswer, ct);

    /// <summary>Reads the state of a flow instance.</summary>
    public Task<FlowInstanceState> GetFlowInstanceAsync(FlowInstanceId id, CancellationToken ct = default) =>
        _sender.SendAsync(new ApiRequest(HttpMethod.Get, $"/sluice/v1/flow-instances/{Uri.EscapeDataString(id.Value)}"), ControlJson.Default.FlowInstanceState, ct);

    /// <summary>Reads why a flow instance is where it is, and what happened to it.</summary>
    public Task<Explanation> ExplainAsync(FlowInstanceId id, CancellationToken ct = default) =>
        _sender.SendAsync(new ApiRequest(HttpMethod.Get, $"/sluice/v1/flow-instances/{Uri.EscapeDataString(id.Value)}/explain"), ControlJson.Default.Explanation, ct);

    private ApiRequest Post(string path, byte[] body) => new(HttpMethod.Post, path)
    {
        Content = () => new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        IdempotencyKey = _sender.NewKey(),
    };
}
