using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Tests.Server.Http;

/// <summary>A connection sends the same header with each call, and only the first call hashes its secret: so each test sends one string more than once.</summary>
public sealed class CredentialsTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromMilliseconds(500);

    private readonly ManualClock _clock = new(TestApp.Monday);
    private readonly string _accessKey = Secret.New(Secret.AccessKeyPrefix);
    private readonly string _token = Secret.New(Secret.TokenPrefix);
    private Caller? _caller;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_header_that_was_right_is_refused_soon_after_its_key_is_revoked(bool isBasic)
    {
        var (credentials, header) = (Make(expiresAt: null), isBasic ? Basic("secret") : $"Bearer {_token}");
        Assert.NotNull(await credentials.CheckAsync(header, CancellationToken.None));
        _caller = null;
        Assert.NotNull(await credentials.CheckAsync(header, CancellationToken.None));
        _clock.Advance(Kept);
        Assert.Null(await credentials.CheckAsync(header, CancellationToken.None));
    }

    [Fact]
    public async Task A_header_that_was_right_is_refused_at_once_when_its_key_has_expired()
    {
        var (credentials, header) = (Make(_clock.GetUtcNow().AddMilliseconds(100)), Basic("secret"));
        Assert.NotNull(await credentials.CheckAsync(header, CancellationToken.None));
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Null(await credentials.CheckAsync(header, CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_header_stays_wrong_beside_a_right_one()
    {
        var (credentials, right, wrong) = (Make(expiresAt: null), Basic("secret"), Basic("Secret"));
        for (var i = 0; i < 2; i++)
        {
            Assert.NotNull(await credentials.CheckAsync(right, CancellationToken.None));
            Assert.Null(await credentials.CheckAsync(wrong, CancellationToken.None));
        }
    }

    private Credentials Make(DateTimeOffset? expiresAt)
    {
        _caller = new Caller(1, 2, DateTimeZone.Utc, new CompanyLimits(0, 0), [])
        {
            AccessKey = _accessKey,
            Scopes = System.Collections.Frozen.FrozenSet<string>.Empty,
            Networks = [],
            ExpiresAt = expiresAt,
            SecretHash = SHA256.HashData("secret"u8),
            TokenHash = Convert.FromHexString(Secret.Hash(_token)),
        };
        return new Credentials(new CallerLookup(Find, Find, Find), _clock);

        Task<Caller?> Find(string key, CancellationToken ct) => Task.FromResult<Caller?>(_caller);
    }

    private string Basic(string secret) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_accessKey}:{secret}"))}";
}
