using Sluice.Engine.Companies;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Answers SEARCH: looks at each message of the mailbox, which has at most a thousand.</summary>
internal sealed class SearchMessages(MailConnection client, Caller company, CapturedMail captured)
{
    public async Task RunAsync(SelectedMailbox selected, SearchKey key, bool isUid)
    {
        var (found, last) = (new List<uint>(), selected.All().LastOrDefault());
        foreach (var (number, entry) in selected.All())
        {
            var raw = key.NeedsMail ? await captured.LoadAsync(company.CompanyId, entry.Mail.Key, client.Ended) : [];
            if (raw is not null && key.Fits(new SearchedMail(number, entry, new ShownMail(raw), last.Number, last.Entry.Uid)))
            {
                found.Add(isUid ? entry.Uid : number);
            }
        }

        client.WriteLine($"* SEARCH{string.Concat(found.Select(one => $" {one}"))}");
    }
}

/// <summary>What a key of SEARCH is asked about.</summary>
/// <param name="Mail">Empty if the key says that it needs no mail.</param>
internal sealed record SearchedMail(uint Number, ImapEntry Entry, ShownMail Mail, uint LastNumber, uint LastUid)
{
    public bool Has(MailFlags flag) => Entry.Flags.HasFlag(flag);

    public bool HasField(string name, string text) => Mail.Field(name)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    public bool HasText(string text) => Mail.Text.Contains(text, StringComparison.OrdinalIgnoreCase);

    public bool HasHeader(string text) => Mail.Header.Contains(text, StringComparison.OrdinalIgnoreCase) || HasField("Subject", text) || HasField("From", text) || HasField("To", text);

    public DateOnly Arrived => DateOnly.FromDateTime(Entry.Mail.At.UtcDateTime);

    /// <summary>The day in its header, in the writer's own zone; null: there is none.</summary>
    public DateOnly? Written => Mail.Message.Headers.Contains(MimeKit.HeaderId.Date) ? DateOnly.FromDateTime(Mail.Message.Date.DateTime) : null;
}
