using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes;

/// <summary>Encrypts and decrypts what mailboxes log in with with the key of this server.</summary>
/// <param name="given">The key that the server was given; null: it has the one in the file.</param>
/// <param name="file">Where the key is kept if none was given, and made when it is first needed. Null: nowhere, so no password can be kept.</param>
internal sealed class MailboxSecrets(MasterKey? given, string? file)
{
    private readonly Lock _making = new();

    /// <summary>Whether a password can be kept.</summary>
    public bool HasKey => given is not null || file is not null;

    public string Encrypt(long companyId, long mailboxId, string password) => (given ?? FindInFile() ?? MakeFile()).Encrypt(password, Purpose(companyId, mailboxId));

    /// <exception cref="MailboxFault">The server's key is not the one that encrypted the password.</exception>
    public string Decrypt(Mailbox mailbox) => (given ?? FindInFile())?.Decrypt(mailbox.Secret, Purpose(mailbox.CompanyId, mailbox.Id))
        ?? throw new MailboxFault("The server's master key is not the one that encrypted the password: set the right SLUICE_MASTER_KEY, or give the password again");

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
