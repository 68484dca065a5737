using System.Net.Sockets;
using System.Threading.Channels;
using MailKit;
using MailKit.Search;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mailboxes;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Puts a copy of each mail that has left through a mailbox into its folder for sent mail (IMAP APPEND), in the background. Each copy is tried once, and is
/// lost if the process stops: a copy that is missing harms less than one that is there twice. What happens to it changes nothing about the mail.
/// </summary>
internal sealed partial class SentCopies : IAsyncDisposable
{
    private const int MaxWaiting = 1000;
    private const int MaxTogether = 50;
    private const int MaxMailboxes = 4;

    private static readonly string[] Names = ["Sent", "Sent Items", "Sent Messages"];

    /// <summary>Providers that keep a copy of what is sent by SMTP, as they document it.</summary>
    private static readonly HashSet<string> KeepThemselves = new(StringComparer.OrdinalIgnoreCase) { "smtp.gmail.com", "smtp.googlemail.com", "smtp.office365.com", "smtp-mail.outlook.com" };

    /// <summary>How long a stopping server goes on.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly OpenMailbox _open;
    private readonly ILogger<SentCopies> _logger;
    private readonly Channel<(Mailbox Mailbox, OutgoingMail Mail)> _waiting;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    public SentCopies(OpenMailbox open, ILogger<SentCopies> logger)
    {
        (_open, _logger) = (open, logger);
        _waiting = Channel.CreateBounded<(Mailbox, OutgoingMail)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        _working = Task.Run(WorkAsync);
    }

    /// <summary>Keeps a copy soon. If too many wait, this one is left out.</summary>
    public void Add(Mailbox mailbox, OutgoingMail mail)
    {
        if (mailbox.Imap is not null && !KeepThemselves.Contains(mailbox.Smtp.Host) && !_waiting.Writer.TryWrite((mailbox, mail)))
        {
            LogMissing(1, mailbox.Id, mailbox.CompanyId, $"{MaxWaiting} copies wait already");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _stop.CancelAfter(StopGrace);
        await _working;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var some = new List<(Mailbox Mailbox, OutgoingMail Mail)>();
            while (some.Count < MaxTogether && _waiting.Reader.TryRead(out var one))
            {
                some.Add(one);
            }

            await Parallel.ForEachAsync(some.GroupBy(one => one.Mailbox.Id), new ParallelOptions { MaxDegreeOfParallelism = MaxMailboxes }, async (of, _) =>
                await KeepAsync(of.First().Mailbox, [.. of.Select(one => one.Mail)]));
        }
    }

    private async Task KeepAsync(Mailbox mailbox, List<OutgoingMail> mails)
    {
        var kept = 0;
        try
        {
            using var client = await _open.RunAsync(mailbox, _stop.Token);
            if (await OpenMailbox.FindFolderAsync(client, SpecialFolder.Sent, Names, _stop.Token) is { } sent)
            {
                await sent.OpenAsync(FolderAccess.ReadOnly, _stop.Token);
                for (; kept < mails.Count; kept++)
                {
                    await KeepAsync(sent, mails[kept]);
                }
            }

            await client.DisconnectAsync(quit: true, _stop.Token);
        }
        catch (Exception fault) when (fault is MailboxFault or OperationCanceledException or InvalidOperationException or SocketException || MailboxConnection.IsPeerFault(fault))
        {
            LogMissing(mails.Count - kept, mailbox.Id, mailbox.CompanyId, fault.Message);
        }
    }

    /// <summary>A server that keeps sent mail by itself has the mail already.</summary>
    private async Task KeepAsync(IMailFolder sent, OutgoingMail mail)
    {
        if ((await sent.SearchAsync(SearchQuery.HeaderContains("Message-ID", mail.MessageId), _stop.Token)).Count == 0)
        {
            using var copy = MimeMail.Build(mail, []);
            await sent.AppendAsync(MimeMail.Options(MimeMail.NeedsUtf8(mail)), new AppendRequest(copy, MessageFlags.Seen, mail.Date), _stop.Token);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} copies of mail that has left are not in the folder for sent mail of mailbox {MailboxId} of company {CompanyId}: {Sentence}")]
    private partial void LogMissing(int count, long mailboxId, long companyId, string sentence);
}
