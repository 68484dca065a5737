using System.Globalization;
using System.Text.Json;
using Sluice.Client;

namespace Sluice.Testing;

/// <summary>A company for one test, with its own data, clock and inbox.</summary>
public sealed class SluiceWorld : IAsyncDisposable
{
    /// <summary>The user of the demo data who owns what tests assign, unless they say otherwise.</summary>
    public const string Owner = "test@test.com";

    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

    private readonly WorldServer _server;
    private readonly Dictionary<string, FlowId> _flows = [];
    private CrmIntegrationId? _crm;
    private int _count;

    private SluiceWorld(WorldServer server)
    {
        _server = server;
        Client = new SluiceClient(server.Options, server.CreateHandler());
        Control = new SluiceControlClient(server.Options, server.CreateHandler());
        (Clock, Inbox) = (new WorldClock(Control), new WorldInbox(this));
    }

    /// <summary>Calls the Flows API as your program does.</summary>
    public SluiceClient Client { get; }

    /// <summary>Calls the management API of the server.</summary>
    public SluiceControlClient Control { get; }

    /// <summary>The clock of this world. It stands still until you move it.</summary>
    public WorldClock Clock { get; }

    /// <summary>The mail that flows have sent.</summary>
    public WorldInbox Inbox { get; }

    /// <summary>The address for the code under test. Only with <see cref="SluiceFixtureOptions.Listens"/> can it be called without <see cref="CreateHandler"/>.</summary>
    public Uri BaseAddress => _server.BaseAddress;

    /// <summary>The key of the company, with all scopes.</summary>
    public string AccessKey => _server.Credentials.AccessKey;

    /// <summary>The secret of <see cref="AccessKey"/>.</summary>
    public string AccessKeySecret => _server.Credentials.AccessKeySecret;

    /// <summary>A token, instead of a key with its secret.</summary>
    public string BearerToken => _server.Credentials.BearerToken;

    /// <summary>Sends the requests of an <see cref="HttpClient"/> to this world: for the code under test.</summary>
    public HttpMessageHandler CreateHandler() => _server.CreateHandler();

    /// <summary>Returns the flow whose name is, or begins with, this text.</summary>
    public FlowId Flow(string name) =>
        _flows.TryGetValue(name, out var exact) ? exact
        : _flows.Where(flow => flow.Key.StartsWith(name, StringComparison.OrdinalIgnoreCase)).ToList() is [var found] ? found.Value
        : throw new SluiceAssertionException($"There is not exactly one flow whose name begins with \"{name}\". The flows are: {string.Join(", ", _flows.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Adds a prospect, as uploads of the company's CRM do: a contact with its account.</summary>
    /// <param name="name">First and last name.</param>
    /// <param name="email">The address.</param>
    /// <param name="company">The name of the account.</param>
    public async Task<TestProspect> HasProspectAsync(string name, string email, string company = "Example", CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var number = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _count)}");
        var (id, account) = ($"test-{number}", $"account-{number}");
        var (first, last) = name.Split(' ', 2) is [var one, var rest] ? (one, rest) : ("", name);
        await UploadAsync(CrmObjectType.Account, account, [("name", company)], ct).ConfigureAwait(false);
        await UploadAsync(CrmObjectType.Contact, id, [("accountId", account), ("emailAddress", email), ("firstName", first), ("lastName", last)], ct).ConfigureAwait(false);
        return new TestProspect(new CrmId(id), name, email);
    }

    /// <summary>Assigns a prospect to a flow.</summary>
    /// <param name="flow">The flow; see <see cref="Flow"/>.</param>
    /// <param name="prospect">The prospect.</param>
    /// <param name="owner">The e-mail address of the owner.</param>
    public async Task<FlowRun> AssignAsync(FlowId flow, TestProspect prospect, string owner = Owner, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(prospect);
        return Run((await Client.AssignAsync(flow, prospect.CrmId, owner, ct: ct).ConfigureAwait(false)).FlowInstanceId);
    }

    /// <summary>Returns a flow instance that the code under test has made, to assert about it.</summary>
    public FlowRun Run(FlowInstanceId id) => new(this, id);

    /// <summary>Returns the only open flow instance of a prospect, to assert about it.</summary>
    public async Task<FlowRun> RunOfAsync(TestProspect prospect, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(prospect);
        var open = new List<FlowInstance>();
        await foreach (var instance in Client.ListAssignedFlowsAsync([prospect.CrmId], ct).ConfigureAwait(false))
        {
            open.Add(instance);
        }

        return open is [var only] ? Run(only.FlowInstanceId) : throw new SluiceAssertionException($"{prospect.Name} is in {open.Count} flows: {string.Join(", ", open.Select(one => one.FlowName))}.");
    }

    /// <summary>Lets a prospect answer the last mail.</summary>
    public async Task ReplyAsync(TestProspect prospect, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(prospect);
        var mail = await Inbox.LastAsync(prospect, ct).ConfigureAwait(false) ?? throw new SluiceAssertionException($"{prospect.Name} has got no mail to answer. {await Inbox.DescribeAsync(ct).ConfigureAwait(false)}");
        await Control.ReportInboundAsync(
            new InboundReport("reply", $"<reply-{Interlocked.Increment(ref _count)}@{prospect.Email.Split('@')[^1]}>", From: prospect.Email, InReplyTo: mail.MessageId), ct).ConfigureAwait(false);
    }

    /// <summary>Ends the world, with all its data.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Control.Dispose();
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    internal static async Task<SluiceWorld> StartAsync(WorldServer server, CancellationToken ct)
    {
        var world = new SluiceWorld(server);
        await foreach (var flow in world.Client.ListFlowsAsync(Owner, ct: ct).ConfigureAwait(false))
        {
            world._flows.TryAdd(flow.Name, flow.Id);
        }

        return world;
    }

    private async Task<CrmIntegrationId> CrmAsync(CancellationToken ct) =>
        await Client.ListCrmIntegrationsAsync(ct).ConfigureAwait(false) is [var there, ..] ? there.IntegrationId : await Client.RegisterCrmIntegrationAsync("Tests", Owner, ct).ConfigureAwait(false);

    private async Task UploadAsync(CrmObjectType type, string id, (string Name, string Value)[] fields, CancellationToken ct)
    {
        var crm = _crm ??= await CrmAsync(ct).ConfigureAwait(false);
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("objectId", id);
            json.WriteString("modifiedDate", await Clock.NowAsync(ct).ConfigureAwait(false));
            foreach (var (name, value) in fields)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        line.Position = 0;
        await Client.UploadCrmObjectsAsync(crm, type, id, line, ct).ConfigureAwait(false);
        await WaitForUploadAsync(crm, id, ct).ConfigureAwait(false);
    }

    private async Task WaitForUploadAsync(CrmIntegrationId crm, string id, CancellationToken ct)
    {
        for (var start = TimeProvider.System.GetTimestamp(); ;)
        {
            var request = await Client.GetCrmRequestAsync(crm, id, ct).ConfigureAwait(false);
            if (request.Status == CrmRequestStatus.Done)
            {
                return;
            }

            if (request.Status == CrmRequestStatus.Failed || TimeProvider.System.GetElapsedTime(start) > UploadLimit)
            {
                throw new SluiceAssertionException($"The prospect was not added: {request.Status}. {string.Join(" ", request.Errors.Select(error => error.Description))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, ct).ConfigureAwait(false);
        }
    }
}

/// <summary>A prospect of a test.</summary>
/// <param name="CrmId">The id in the CRM, for calls of the code under test.</param>
/// <param name="Name">First and last name.</param>
/// <param name="Email">The address.</param>
public sealed record TestProspect(CrmId CrmId, string Name, string Email);
