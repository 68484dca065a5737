namespace Sluice.Engine.Mail.Delivery;

/// <summary>Whom or what a failed attempt speaks of. It decides who is told, and whether an address is marked.</summary>
internal enum MailFault
{
    None,

    /// <summary>Nothing lasting: the mail is tried again.</summary>
    ForNow,

    /// <summary>The recipient's address: there is no such mailbox.</summary>
    Address,

    /// <summary>The recipient's mailbox is full or asleep. The address is good.</summary>
    Mailbox,

    /// <summary>The sender, the text, or what the mail server thinks of them. It says nothing about the recipient.</summary>
    Policy,

    /// <summary>The mail as we made it, or the way in which we offered it.</summary>
    Ours,

    /// <summary>The mail server refuses our login.</summary>
    Login,

    /// <summary>The provider of access tokens gives none by this grant any more.</summary>
    Grant,

    /// <summary>We refuse the mail server's certificate.</summary>
    Certificate,

    /// <summary>This server was stopped before it had handed over the mail.</summary>
    Stopped,
}

/// <summary>Maps each fault to the word of logs, of the metric <c>sluice.mails</c> and of the history.</summary>
internal static class MailFaults
{
    public static string Word(this MailFault fault) => fault switch
    {
        MailFault.None => "none",
        MailFault.ForNow => "for_now",
        MailFault.Address => "address",
        MailFault.Mailbox => "mailbox",
        MailFault.Policy => "policy",
        MailFault.Ours => "ours",
        MailFault.Login => "login",
        MailFault.Grant => "grant",
        MailFault.Certificate => "certificate",
        MailFault.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
