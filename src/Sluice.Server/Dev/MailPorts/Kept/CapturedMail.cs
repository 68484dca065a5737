using Sluice.Engine.Companies;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Server.Dev.MailPorts.Kept;

/// <summary>The mail that <c>sluice dev</c> shows: what flows have sent, which is in the database, and what was handed in, which is in memory.</summary>
internal sealed class CapturedMail(Db db, HandedInMail handedIn, OutgoingMailBuilder builder)
{
    /// <summary>The newest of a mailbox; older ones are not shown.</summary>
    public const int MaxListed = 1_000;

    /// <summary>Lists what is in a mailbox, the oldest first.</summary>
    public async Task<List<ListedMail>> ListAsync(MailboxName mailbox, CancellationToken ct)
    {
        await ForgetErasedAsync(mailbox.CompanyId, ct);
        var (sent, kept) = (await ListSentAsync(mailbox, ct), handedIn.List(mailbox.CompanyId).FindAll(mailbox.Holds));
        return
        [
            .. sent.Select(one => new ListedMail(new MailKey(one.Id, IsHandedIn: false), one.At))
                .Concat(kept.Select(one => new ListedMail(new MailKey(one.Id, IsHandedIn: true), one.At)))
                .OrderBy(one => one.At).ThenBy(one => one.Key.IsHandedIn).ThenBy(one => one.Key.Id).TakeLast(MaxListed),
        ];
    }

    /// <returns>The mail as bytes; null: it is there no longer.</returns>
    public async Task<byte[]?> LoadAsync(long companyId, MailKey key, CancellationToken ct)
    {
        if (key.IsHandedIn)
        {
            return handedIn.Find(companyId, key.Id)?.Raw;
        }

        return await new MessageStore(db).FindAsync(companyId, key.Id, ct) is { } message
            ? await WriteAsync(await builder.ToMailAsync(db, message, await new CompanyStore(db).GetAsync(companyId, ct), message.DueAt, ct), ct)
            : null;
    }

    private async Task<List<SentMail>> ListSentAsync(MailboxName mailbox, CancellationToken ct)
    {
        var (store, company) = (new SentMailStore(db), mailbox.CompanyId);
        return mailbox switch
        {
            { Address: null, IsSent: true } => [],
            { Address: null } => await store.ListAsync(company, MaxListed, ct),
            { IsSent: false } => await store.ListToAsync(company, mailbox.Address, MaxListed, ct),
            _ => await new UserStore(db).FindByEmailAsync(company, mailbox.Address, ct) is { } user ? await store.ListOfAsync(company, user.Id, MaxListed, ct) : [],
        };
    }

    private async Task ForgetErasedAsync(long companyId, CancellationToken ct)
    {
        if (handedIn.List(companyId) is [_, ..] kept)
        {
            foreach (var erasure in await new ErasureStore(db).ListFinishedAsync(kept.Min(one => one.At), ct))
            {
                handedIn.Forget(erasure.CompanyId, erasure.CreatedAt);
            }
        }
    }

    /// <summary>Writes the mail as it would have left.</summary>
    private static async Task<byte[]> WriteAsync(OutgoingMail mail, CancellationToken ct)
    {
        using var message = MimeMail.Build(mail, []);
        MimeMail.Sign(mail, message);
        using var bytes = new MemoryStream();
        await message.WriteToAsync(MimeMail.Options(MimeMail.NeedsUtf8(mail)), bytes, ct);
        return bytes.ToArray();
    }
}

/// <summary>Names a mail: a message of a flow by its id, or one that was handed in.</summary>
internal readonly record struct MailKey(long Id, bool IsHandedIn);

internal readonly record struct ListedMail(MailKey Key, DateTimeOffset At);

/// <param name="Address">Whose mail it is, as <see cref="EmailAddress.Key"/>; null: everybody's.</param>
/// <param name="IsSent">Whether it has what the address has sent, not what it got.</param>
internal sealed record MailboxName(long CompanyId, string? Address, bool IsSent)
{
    public bool Holds(HandedIn mail) => Address is null ? !IsSent : IsSent ? mail.From == Address : mail.To.Contains(Address);
}
