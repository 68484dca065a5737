using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class SecretTests
{
    [Fact]
    public void A_secret_has_53_characters_with_its_prefix_and_is_never_repeated()
    {
        var secrets = Enumerable.Range(0, 1_000).Select(_ => Secret.New(Secret.SecretPrefix)).ToList();

        Assert.All(secrets, secret => Assert.Matches("^sls_[0-9A-Za-z]{49}$", secret));
        Assert.Equal(secrets.Count, secrets.Distinct().Count());
    }

    [Fact]
    public void Only_an_unchanged_secret_looks_right()
    {
        var token = Secret.New(Secret.TokenPrefix);

        Assert.True(Secret.HasValidChecksum(token, Secret.TokenPrefix));
        Assert.False(Secret.HasValidChecksum(token, Secret.SecretPrefix));
        Assert.False(Secret.HasValidChecksum("", Secret.TokenPrefix));
        Assert.False(Secret.HasValidChecksum(token + "0", Secret.TokenPrefix));
        Assert.All(Enumerable.Range(0, token.Length), i => Assert.False(Secret.HasValidChecksum(Changed(token, i), Secret.TokenPrefix)));
    }

    [Fact]
    public void A_published_secret_is_the_same_for_the_same_phrase()
    {
        Assert.Equal(Secret.FromPhrase(Secret.SecretPrefix, "dev"), Secret.FromPhrase(Secret.SecretPrefix, "dev"));
        Assert.NotEqual(Secret.FromPhrase(Secret.SecretPrefix, "dev"), Secret.FromPhrase(Secret.SecretPrefix, "other"));
        Assert.True(Secret.HasValidChecksum(Secret.FromPhrase(Secret.SecretPrefix, "dev"), Secret.SecretPrefix));
    }

    [Fact]
    public void The_hash_of_a_secret_is_its_sha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Secret.Hash("abc"));

    private static string Changed(string text, int at) => $"{text[..at]}{(text[at] == 'A' ? 'B' : 'A')}{text[(at + 1)..]}";
}
