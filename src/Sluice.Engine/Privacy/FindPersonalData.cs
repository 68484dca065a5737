using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Privacy;

/// <summary>Finds what is known of an address: its records and their mail. Integrations ask for it before they assign, so every query uses an index.</summary>
internal sealed class FindPersonalData(Db db)
{
    /// <summary>Of each list [inf]: an answer is not paged [doc].</summary>
    private const int Max = 1000;

    public async Task<PersonalData> RunAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var records = await new PersonStore(db).ListAsync(companyId, key, Max, ct);
        var emails = key.IsPhone ? records.Select(record => record.Email).OfType<string>().Where(email => email.Length > 0).Select(AddressKey.OfEmail).Distinct() : [key];
        var sent = await new MessageErasureStore(db).ListSentAsync(companyId, [.. emails.Select(email => email.Text)], ct);
        var instances = await new InstanceErasureStore(db).ListAsync(companyId, [.. records.Select(record => record.Id)], ct);
        var replies = await new InboundStore(db).ListRepliesAsync(companyId, instances, ct);
        var mailboxes = sent.GroupBy(mail => mail.FlowInstanceId).ToDictionary(of => of.Key, of => (Sender: of.First().SenderAddress, of.First().Recipient));
        List<PersonalMail> mails =
        [
            .. sent.Select(mail => new PersonalMail(mail.SenderAddress, mail.SentAt!.Value, mail.SenderAddress, mail.MessageId)),
            .. from reply in replies
               let of = mailboxes.GetValueOrDefault(reply.FlowInstanceId)
               select new PersonalMail(of.Recipient ?? (key.IsPhone ? "" : key.Text), reply.At, of.Sender ?? "", reply.MessageId),
        ];
        return new PersonalData(records, [.. mails.OrderByDescending(mail => mail.At).Take(Max)], instances.Count);
    }
}

/// <param name="Mails">Newest first.</param>
/// <param name="Instances">How many flow instances the records have.</param>
internal sealed record PersonalData(IReadOnlyList<PersonRecord> Records, IReadOnlyList<PersonalMail> Mails, int Instances);

/// <summary>A mail of a flow, or one that came back.</summary>
/// <param name="Mailbox">The address of the user whose mail it is.</param>
internal sealed record PersonalMail(string From, DateTimeOffset At, string Mailbox, string MessageId);
