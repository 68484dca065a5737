using Sluice.Engine.Secrets;

namespace Sluice.Tests.Engine.Secrets;

public sealed class MasterKeyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("pässwörd \U0001F511")]
    public void What_was_encrypted_can_be_decrypted_only_with_the_same_key_for_the_same_purpose(string secret)
    {
        var key = MasterKey.Read(MasterKey.New())!;
        var encrypted = key.Encrypt(secret, "mailbox 1 2");

        Assert.Equal(secret, key.Decrypt(encrypted, "mailbox 1 2"));
        Assert.Null(key.Decrypt(encrypted, "mailbox 1 3"));
        Assert.Null(MasterKey.Read(MasterKey.New())!.Decrypt(encrypted, "mailbox 1 2"));
        Assert.NotEqual(encrypted, key.Encrypt(secret, "mailbox 1 2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.")]
    [InlineData("v1.AAAA")]
    [InlineData("v1.not base64")]
    [InlineData("v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_damaged_is_no_secret(string encrypted) => Assert.Null(MasterKey.Read(MasterKey.New())!.Decrypt(encrypted, "any"));

    [Fact]
    public void A_changed_byte_is_noticed()
    {
        var key = MasterKey.Read(MasterKey.New())!;
        var encrypted = key.Encrypt("secret", "any");
        var bytes = Convert.FromBase64String(encrypted[3..]);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Null(key.Decrypt($"v1.{Convert.ToBase64String(bytes)}", "any"));
            bytes[i] ^= 1;
        }
    }

    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", true)]
    [InlineData("  000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n", true)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e", false)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISI=", false)]
    [InlineData("correct horse battery staple", false)]
    [InlineData("", false)]
    public void A_key_is_32_bytes_in_hexadecimal_or_base64(string text, bool isKey) => Assert.Equal(isKey, MasterKey.Read(text) is not null);
}
