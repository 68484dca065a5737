using Sluice.Client;
using Sluice.Engine.Companies;
using Sluice.Server.Dev.Sandboxes;

namespace Sluice.Testing;

/// <summary>What a world calls: a sandbox, which has a database and a clock of its own. Its key leads to it.</summary>
internal sealed class WorldServer(FixtureServer server, Sandbox sandbox) : IAsyncDisposable
{
    public ApiKeyCredentials Credentials => sandbox.Key;

    public Uri BaseAddress => server.BaseAddress;

    public SluiceOptions Options => new() { BaseAddress = BaseAddress, AccessKey = Credentials.AccessKey, AccessKeySecret = Credentials.AccessKeySecret };

    public HttpMessageHandler CreateHandler() => server.CreateHandler();

    public async ValueTask DisposeAsync() => await server.DropAsync(sandbox).ConfigureAwait(false);
}
