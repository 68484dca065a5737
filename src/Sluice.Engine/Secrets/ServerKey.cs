namespace Sluice.Engine.Secrets;

/// <summary>
/// Encrypts the secrets that must be kept with the master key of this server, and decrypts them. While the key is being rotated, it also decrypts what the
/// old key has encrypted.
/// </summary>
/// <param name="given">The key that the server was given; null: it has the one in the file.</param>
/// <param name="file">Where the key is kept if none was given, and made when it is first needed. Null: nowhere, so no secret can be kept.</param>
/// <param name="old">The key before, if the server was given that too.</param>
internal sealed class ServerKey(MasterKey? given, KeyFile? file, MasterKey? old = null)
{
    /// <summary>Whether a secret can be kept.</summary>
    public bool HasKey => given is not null || file is not null;

    /// <param name="purpose">Whose secret it is; bound to the result.</param>
    /// <exception cref="MasterKeyFault">The file holds no key.</exception>
    public string Encrypt(string purpose, string secret) => (given ?? file!.GetOrMake()).Encrypt(secret, purpose);

    /// <returns>Null: neither the server's key nor the old one has encrypted it.</returns>
    /// <exception cref="MasterKeyFault">The file holds no key.</exception>
    public string? Decrypt(string purpose, string encrypted) => Keys().Select(key => key.Decrypt(encrypted, purpose)).FirstOrDefault(plain => plain is not null);

    /// <summary>Encrypts again what the old key has encrypted.</summary>
    /// <returns>Null: the server's key has encrypted it, so nothing has to be done.</returns>
    /// <exception cref="MasterKeyFault">Neither key has encrypted it.</exception>
    public string? EncryptAgain(string purpose, string encrypted)
    {
        var keys = Keys();
        return keys.Count > 0 && keys[0].Decrypt(encrypted, purpose) is not null ? null
            : keys.Skip(1).Select(key => key.Decrypt(encrypted, purpose)).FirstOrDefault(plain => plain is not null) is { } secret ? keys[0].Encrypt(secret, purpose)
            : throw new MasterKeyFault($"Neither the new key nor the old one has encrypted the secret of {purpose}: give it again, or remove what it belongs to");
    }

    private List<MasterKey> Keys() => given is not null ? old is null ? [given] : [given, old] : file?.Read() ?? [];
}

/// <summary>There is no key that can do what was asked; the message says what to do.</summary>
internal sealed class MasterKeyFault(string message) : Exception(message);
