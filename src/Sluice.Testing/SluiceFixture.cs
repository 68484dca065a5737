namespace Sluice.Testing;

/// <summary>
/// Makes worlds for tests: each is a company with its own data, clock and inbox. One fixture is enough for a class or for all tests of a run; the
/// first world starts it. It needs no test framework, so it works with each.
/// </summary>
/// <remarks>Not sealed, so that a fixture of a framework, which has one constructor without parameters, can set <see cref="Options"/>.</remarks>
public class SluiceFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private WorldTemplate? _template;

    /// <summary>How the worlds are made.</summary>
    public SluiceFixtureOptions Options { get; init; } = new();

    /// <summary>Starts the fixture. The first world does so too; call this to have the time that it takes outside of your first test.</summary>
    public async ValueTask InitializeAsync() => await TemplateAsync(CancellationToken.None).ConfigureAwait(false);

    /// <summary>Makes a new world, as the seed has it. Worlds do not see each other, and may be used in parallel.</summary>
    public async Task<SluiceWorld> NewSandboxAsync(CancellationToken ct = default) =>
        await SluiceWorld.StartAsync(await StartServerAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    /// <summary>Deletes the files of the fixture. Dispose its worlds before.</summary>
    public ValueTask DisposeAsync()
    {
        _template?.Dispose();
        _one.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts what a world calls: a server of its own, so that its clock is its own too.</summary>
    private async Task<WorldServer> StartServerAsync(CancellationToken ct) => await WorldServer.StartAsync(await TemplateAsync(ct).ConfigureAwait(false), Options).ConfigureAwait(false);

    private async Task<WorldTemplate> TemplateAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _template ??= await WorldTemplate.CreateAsync(Options.Seed).ConfigureAwait(false);
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

    /// <summary>True: each world also listens on a free port of this machine, for code that needs an address. False by default: calls stay in the process.</summary>
    public bool Listens { get; init; }
}
