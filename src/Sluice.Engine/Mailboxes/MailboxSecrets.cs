using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes;

/// <summary>Encrypts and decrypts what mailboxes log in with, and the secrets of webhooks, with the key of this server.</summary>
/// <param name="given">The key that the server was given; null: it has the one in the file.</param>
/// <param name="file">Where the key is kept if none was given, and made when it is first needed. Null: nowhere, so no password can be kept.</param>
internal sealed class MailboxSecrets(MasterKey? given, string? file)
{
    private readonly Lock _making = new();

    /// <summary>Whether a password can be kept.</summary>
    public bool HasKey => given is not null || file is not null;

    public string Encrypt(long companyId, long mailboxId, string password) => EncryptFor(Purpose(companyId, mailboxId), password);

    /// <exception cref="MailboxFault">The server's key is not the one that encrypted the password.</exception>
    public string Decrypt(Mailbox mailbox) => DecryptFor(Purpose(mailbox.CompanyId, mailbox.Id), mailbox.Secret)
        ?? throw new MailboxFault("The server's master key is not the one that encrypted the password: set the right SLUICE_MASTER_KEY, or give the password again", trouble: MailboxTrouble.Login);

    /// <param name="purpose">Whose secret it is; bound to the result.</param>
    public string EncryptFor(string purpose, string secret) => (given ?? FindInFile() ?? MakeFile()).Encrypt(secret, purpose);

    /// <returns>Null: the server's key is not the one that encrypted it.</returns>
    public string? DecryptFor(string purpose, string encrypted) => (given ?? FindInFile())?.Decrypt(encrypted, purpose);

    private static string Purpose(long companyId, long mailboxId) => $"mailbox {WireId.Write(companyId)} {WireId.Write(mailboxId)}";

    private MasterKey? FindInFile() => file is not null && File.Exists(file) && new FileInfo(file).Length > 0
        ? MasterKey.Read(File.ReadAllText(file)) ?? throw new MailboxFault($"{file} holds no master key: put back the file that was there")
        : null;

    private MasterKey MakeFile()
    {
        lock (_making)
        {
            if (FindInFile() is { } key)
            {
                return key;
            }

            PrivateFile.Create(file!);
            File.WriteAllText(file!, MasterKey.New() + "\n");
            return FindInFile()!;
        }
    }
}
