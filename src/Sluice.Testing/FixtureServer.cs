using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Server.Dev.Sandboxes;
using Sluice.Server.Hosting;

namespace Sluice.Testing;

/// <summary>The server of a fixture: <c>sluice dev</c> in this process. Its own company is empty; each world is a sandbox.</summary>
internal sealed class FixtureServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;
    private readonly SluiceFixtureOptions _options;

    private FixtureServer(WebApplication app, DirectoryInfo folder, SluiceFixtureOptions options) => (_app, _folder, _options) = (app, folder, options);

    public Uri BaseAddress => _options.Listens ? new Uri(_app.Urls.Single()) : new Uri("http://localhost");

    private Sandboxes Sandboxes => _app.Services.GetRequiredService<Sandboxes>();

    public static async Task<FixtureServer> StartAsync(SluiceFixtureOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-testing-");
        var app = await SluiceServer.BuildAsync(new ServerOptions { Database = Path.Combine(folder.FullName, "server.db"), Port = 0, IsDev = true, Limits = false }, builder =>
        {
            builder.Logging.ClearProviders();
            if (!options.Listens)
            {
                builder.WebHost.UseTestServer();
            }
        }).ConfigureAwait(false);
        await app.StartAsync().ConfigureAwait(false);
        return new FixtureServer(app, folder, options);
    }

    public async Task<WorldServer> NewWorldAsync(CancellationToken ct)
    {
        var begin = SandboxBegin.Default with { Seed = _options.Seed };
        return await Sandboxes.AddAsync(0, begin, BaseAddress.ToString().TrimEnd('/'), null, ct).ConfigureAwait(false) is { } sandbox
            ? new WorldServer(this, sandbox)
            : throw new InvalidOperationException($"There are {await Sandboxes.FindLimitAsync(ct).ConfigureAwait(false)} worlds already, which is the limit: dispose those whose tests have ended.");
    }

    public Task DropAsync(Sandbox sandbox) => Sandboxes.DropAsync(sandbox);

    public HttpMessageHandler CreateHandler() => _options.Listens ? new SocketsHttpHandler() : _app.GetTestServer().CreateHandler();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}
