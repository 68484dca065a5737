using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Sluice.Client;
using Sluice.Engine.Companies;
using Sluice.Server.Hosting;

namespace Sluice.Testing;

/// <summary>The server of one world: <c>sluice dev</c> in this process.</summary>
internal sealed class WorldServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _listens;

    private WorldServer(WebApplication app, ApiKeyCredentials credentials, bool listens) => (_app, Credentials, _listens) = (app, credentials, listens);

    public ApiKeyCredentials Credentials { get; }

    public Uri BaseAddress => _listens ? new Uri(_app.Urls.Single()) : new Uri("http://localhost");

    public SluiceOptions Options => new() { BaseAddress = BaseAddress, AccessKey = Credentials.AccessKey, AccessKeySecret = Credentials.AccessKeySecret };

    public static async Task<WorldServer> StartAsync(WorldTemplate template, SluiceFixtureOptions options)
    {
        var app = await SluiceServer.BuildAsync(new ServerOptions { Database = template.Copy(), Port = 0, IsDev = true, Limits = false }, builder =>
        {
            builder.Logging.ClearProviders();
            if (!options.Listens)
            {
                builder.WebHost.UseTestServer();
            }
        }).ConfigureAwait(false);
        await app.StartAsync().ConfigureAwait(false);
        return new WorldServer(app, template.Credentials, options.Listens);
    }

    public HttpMessageHandler CreateHandler() => _listens ? new SocketsHttpHandler() : _app.GetTestServer().CreateHandler();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
