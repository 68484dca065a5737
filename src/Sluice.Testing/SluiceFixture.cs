namespace Sluice.Testing;

/// <summary>
/// Makes worlds for tests: each is a company with its own data, clock and inbox. One fixture is enough for a class or for all tests of a run; the
/// first world starts it. It needs no test framework, so it works with each.
/// </summary>
/// <remarks>Not sealed, so that a fixture of a framework, which has one constructor without parameters, can set <see cref="Options"/>.</remarks>
public class SluiceFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private FixtureServer? _server;

    /// <summary>How the worlds are made.</summary>
    public SluiceFixtureOptions Options { get; init; } = new();

    /// <summary>Starts the fixture. The first world does so too; call this to have the time that it takes outside of your first test.</summary>
    public async ValueTask InitializeAsync() => await ServerAsync(CancellationToken.None).ConfigureAwait(false);

    /// <summary>Makes a new world, as the seed has it. Worlds do not see each other, and may be used in parallel.</summary>
    public async Task<SluiceWorld> NewSandboxAsync(CancellationToken ct = default) =>
        await SluiceWorld.StartAsync(await (await ServerAsync(ct).ConfigureAwait(false)).NewWorldAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    /// <summary>Ends the server, with all worlds that are left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().ConfigureAwait(false);
        }

        _one.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<FixtureServer> ServerAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _server ??= await FixtureServer.StartAsync(Options).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>How the worlds of a fixture are made.</summary>
public sealed record SluiceFixtureOptions
{
    /// <summary>Which demo data the worlds have. The same number gives the same, byte for byte. 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True: the server also listens on a free port of this machine, for code that needs an address; the key says which world a call is for. False by default: calls stay in the process.</summary>
    public bool Listens { get; init; }
}
