using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Mail;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mailboxes;

/// <summary>Maps <c>/sluice/v1/mailboxes</c>: how mail leaves in a user's name, and where the answers are read.</summary>
internal static class MailboxEndpoints
{
    public static void MapMailboxes(this RouteGroupBuilder manage)
    {
        var mailboxes = manage.MapGroup("/mailboxes");

        mailboxes.MapGet("", List).WithDescription(MailboxDescription.List);
        mailboxes.MapPost("", Add).ReadsObject().WithDescription(MailboxDescription.Add);
        mailboxes.MapGet("/{id}", Get).WithDescription(MailboxDescription.Get);
        mailboxes.MapPatch("/{id}", Change).ReadsObject().WithDescription(MailboxDescription.Change);
        mailboxes.MapDelete("/{id}", Remove).WithDescription(MailboxDescription.Remove);
        mailboxes.MapMailboxCheck();
    }

    internal static Task<IResult> List(Call call, AuthoringRequests requests) => requests.ReadAsync(call, async request => new Answer<MailboxesAnswer>(
        new(call.RequestId, (await new MailboxStore(request.Session.Tx).ListAsync(call.CompanyId, call.Ct)).ConvertAll(MailboxItem.From)), MailboxJson.Default.MailboxesAnswer));

    private static Task<IResult> Get(string id, Call call, AuthoringRequests requests) =>
        requests.ReadAsync(call, request => WithMailboxAsync(request, id, mailbox => Task.FromResult<IResult>(ToAnswer(request, mailbox))));

    public static async Task<IResult> Add(Call call, AuthoringRequests requests, MailboxSecrets secrets, MailboxWorker worker)
    {
        var answer = await requests.WriteAsync(call, async request =>
        {
            var draft = new MailboxDraft(request.Reader, secrets);
            var address = request.Reader.Email("address", null);
            var user = await draft.FindUserAsync(request.Session, address, null);
            var mailbox = draft.Read(call.CompanyId, request.Session.Ids.Next(), address, user, null, request.Session.Now);
            if (!request.Reader.IsSound)
            {
                return request.Refusal;
            }

            var store = new MailboxStore(request.Session.Tx);
            await new CompanyStore(request.Session.Tx).LockAsync(call.CompanyId, call.Ct);
            if (await store.FindByAddressAsync(call.CompanyId, address, call.Ct) is { } other)
            {
                return new ApiError(StatusCodes.Status409Conflict, $"Mailbox {WireId.Write(other.Id)} has the address {RequestReader.Echo(address)} already: change it, or remove it first");
            }

            if ((await store.ListAsync(call.CompanyId, call.Ct)).Count >= Mailbox.MaxOfCompany)
            {
                return new ApiError(StatusCodes.Status409Conflict, $"The company has {Mailbox.MaxOfCompany} mailboxes already, which is the limit: remove one first");
            }

            await store.AddAsync(mailbox!, call.Ct);
            return ToAnswer(request, mailbox!, StatusCodes.Status201Created);
        });
        worker.Wake();
        return answer;
    }

    public static async Task<IResult> Change(string id, Call call, AuthoringRequests requests, MailboxSecrets secrets, RecordMailboxHealth health, MailboxWorker worker)
    {
        var answer = await requests.WriteAsync(call, request => WithMailboxAsync(request, id, async current =>
        {
            var draft = new MailboxDraft(request.Reader, secrets);
            var user = await draft.FindUserAsync(request.Session, current.Address, current);
            var mailbox = draft.Read(call.CompanyId, current.Id, current.Address, user, current, request.Session.Now);
            if (!request.Reader.IsSound)
            {
                return request.Refusal;
            }

            await new MailboxStore(request.Session.Tx).UpdateAsync(mailbox!, call.Ct);
            if (mailbox!.State == MailboxState.Paused || mailbox.UserId != current.UserId)
            {
                await health.ForgetAsync(request.Session.Tx, current, call.ToActor().ToEventActor(), request.Session.Now, call.Ct);
            }

            if (mailbox.State == MailboxState.Paused && current.State != MailboxState.Paused)
            {
                await new FeedStore(request.Session.Tx).AddAsync([MailboxFeed.OfPause(current, request.Session.Ids, call.ToActor().ToEventActor(), request.Session.Now)], call.Ct);
            }

            if (request.Reader.Has("paused") && mailbox is { State: MailboxState.Active, UserId: { } sender })
            {
                await new ComplaintStore(request.Session.Tx).ForgetAsync(call.CompanyId, sender, call.Ct); // A person has looked at it.
            }

            return ToAnswer(request, mailbox);
        }));
        worker.Wake();
        return answer;
    }

    public static Task<IResult> Remove(string id, Call call, AuthoringRequests requests, RecordMailboxHealth health) => requests.WriteAsync(call, request => WithMailboxAsync(request, id, async mailbox =>
    {
        await health.ForgetAsync(request.Session.Tx, mailbox, call.ToActor().ToEventActor(), request.Session.Now, call.Ct);
        await new MailboxStore(request.Session.Tx).DeleteAsync(call.CompanyId, mailbox.Id, call.Ct);
        return new Answer<MailboxRemoved>(new(call.RequestId, WireId.Write(mailbox.Id)), MailboxJson.Default.MailboxRemoved);
    }));

    private static async Task<IResult> WithMailboxAsync(AuthoringRequest request, string id, Func<Mailbox, Task<IResult>> work) =>
        WireId.Find(id) is { } mailboxId && await new MailboxStore(request.Session.Tx).FindAsync(request.Session.CompanyId, mailboxId, request.Session.Ct) is { } mailbox
            ? await work(mailbox)
            : ApiError.NotFound($"There is no mailbox {RequestReader.Echo(id)}");

    private static Answer<MailboxAnswer> ToAnswer(AuthoringRequest request, Mailbox mailbox, int status = StatusCodes.Status200OK) =>
        new(new(request.Call.RequestId, MailboxItem.From(mailbox)), MailboxJson.Default.MailboxAnswer, status);
}
