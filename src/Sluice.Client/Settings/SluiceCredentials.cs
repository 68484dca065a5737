using System.Net.Http.Headers;
using System.Text;

namespace Sluice.Client;

/// <summary>Says who calls. May be used by several clients at once.</summary>
public abstract class SluiceCredentials
{
    /// <summary>The address that these credentials are for; null if they do not know it.</summary>
    public virtual Uri? BaseAddress => null;

    /// <summary>Returns the Authorization header of the next request.</summary>
    public abstract ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken ct);

    /// <summary>Called when the server refused a header as wrong or too old.</summary>
    /// <returns>True if there is a new one to try.</returns>
    public virtual ValueTask<bool> RenewAsync(AuthenticationHeaderValue refused, CancellationToken ct) => ValueTask.FromResult(false);
}

/// <summary>An access key with its secret. Both can be replaced while clients use them.</summary>
public sealed class SluiceAccessKey(string key, string secret) : SluiceCredentials
{
    private volatile AuthenticationHeaderValue _header = Basic(key, secret);

    /// <summary>Replaces the key from the next request on.</summary>
    public void Replace(string key, string secret) => _header = Basic(key, secret);

    /// <inheritdoc />
    public override ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken ct) => ValueTask.FromResult(_header);

    private static AuthenticationHeaderValue Basic(string key, string secret) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}")));
}

/// <summary>A bearer token. It can be replaced while clients use it.</summary>
public sealed class SluiceBearerToken(string token) : SluiceCredentials
{
    private volatile AuthenticationHeaderValue _header = new("Bearer", token);

    /// <summary>Replaces the token from the next request on.</summary>
    public void Replace(string token) => _header = new AuthenticationHeaderValue("Bearer", token);

    /// <inheritdoc />
    public override ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken ct) => ValueTask.FromResult(_header);
}
