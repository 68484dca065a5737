namespace Sluice.Engine.Mailboxes;

/// <summary>A mailbox cannot be used; the message says why, for its owner.</summary>
internal class MailboxFault(string message, Exception? inner = null, MailboxTrouble trouble = MailboxTrouble.Server) : Exception(message, inner)
{
    public MailboxTrouble Trouble => trouble;
}
