using Sluice.Engine.Primitives;
using Sluice.Engine.Secrets;

namespace Sluice.Engine.Mailboxes;

/// <summary>Encrypts and decrypts what mailboxes log in with, with the key of this server.</summary>
internal sealed class MailboxSecrets(ServerKey key)
{
    /// <summary>Whether a password can be kept.</summary>
    public bool HasKey => key.HasKey;

    public string Encrypt(long companyId, long mailboxId, string password) => key.Encrypt(PurposeOf(companyId, mailboxId), password);

    /// <exception cref="MailboxFault">The server's key is not the one that encrypted the password.</exception>
    public string Decrypt(Mailbox mailbox)
    {
        try
        {
            return key.Decrypt(PurposeOf(mailbox.CompanyId, mailbox.Id), mailbox.Secret)
                ?? throw new MailboxFault("The server's master key is not the one that encrypted the password: set the right SLUICE_MASTER_KEY, or give the password again", trouble: MailboxTrouble.Login);
        }
        catch (MasterKeyFault fault)
        {
            throw new MailboxFault(fault.Message, fault, MailboxTrouble.Login);
        }
    }

    public static string PurposeOf(long companyId, long mailboxId) => $"mailbox {WireId.Write(companyId)} {WireId.Write(mailboxId)}";
}
