using System.Security.Cryptography;
using Sluice.Engine.Mail.Content;

namespace Sluice.Tests.Engine.Mail.Content;

public sealed class PlusTokenTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Theory]
    [InlineData(1)]
    [InlineData(1234361284629356)]
    [InlineData(long.MaxValue)]
    public void A_token_comes_back_out_of_an_address_also_in_other_letters(long id)
    {
        var address = PlusToken.AddTo("ada@example.com", PlusToken.Write(Key, id))!;

        Assert.Matches("^ada\\+s[a-z2-7]{29}@example\\.com$", address);
        Assert.Equal(id, PlusToken.Read(Key, PlusToken.FindIn(address)!));
        Assert.Equal(id, PlusToken.Read(Key, PlusToken.FindIn(address.ToUpperInvariant())!));
    }

    [Fact]
    public void No_other_text_and_no_other_key_gives_an_id()
    {
        var token = PlusToken.Write(Key, 1234361284629356);
        foreach (var at in Enumerable.Range(1, token.Length - 1))
        {
            foreach (var letter in "abz27")
            {
                Assert.True(token[at] == letter || PlusToken.Read(Key, $"{token[..at]}{letter}{token[(at + 1)..]}") is null, $"letter {at}");
            }
        }

        Assert.Null(PlusToken.Read(RandomNumberGenerator.GetBytes(32), token));
        Assert.Null(PlusToken.Read(Key, token[..^1]));
        Assert.Null(PlusToken.Read(Key, $"{token[..^1]}1"));
        Assert.Null(PlusToken.Read(Key, $"{token[..^1]}é"));
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("ada+news@example.com")]
    [InlineData("ada+@example.com")]
    [InlineData("@+")]
    [InlineData("+")]
    [InlineData("")]
    [InlineData("ada@example.com+saaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void An_address_without_a_token_has_none(string address) => Assert.Null(PlusToken.FindIn(address));

    [Theory]
    [InlineData("ada+news@example.com")]
    [InlineData("\"ada x\"@example.com")]
    [InlineData("a-name-of-more-than-thirty-three-letters@example.com")]
    public void An_address_that_cannot_have_a_token_stays_as_it_is(string address) => Assert.Null(PlusToken.AddTo(address, PlusToken.Write(Key, 1)));

    [Fact]
    public void The_part_before_the_at_is_no_longer_than_mail_servers_take() =>
        Assert.Equal(64, PlusToken.AddTo($"{new string('a', 33)}@example.com", PlusToken.Write(Key, 1))!.IndexOf('@', StringComparison.Ordinal));
}
