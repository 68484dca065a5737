using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Reads all facts that an explanation needs.</summary>
internal sealed class GatherFacts(Db db, ExplainStore store, MailDelivery delivery, PublicUrl publicUrl, TimeProvider clock)
{
    public async Task<ExplainFacts> RunAsync(Run run, CancellationToken ct)
    {
        var flow = await new FlowStore(db).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct);
        var steps = await new StepStore(db).ListAsync(run.CompanyId, [run.FlowId], ct);
        var events = await store.ListEventsAsync(run.CompanyId, run.Id, ct);
        var todo = await store.FindToDoAsync(run.CompanyId, run.Id, run.WaitsFor == WaitsFor.ToDo, ct);
        var mail = await store.FindMailAsync(run.CompanyId, run.Id, ct);
        var named = events.Select(one => one.By.UserId).Append(run.OwnerId).Append(todo?.UserId).OfType<long>().Distinct().ToList();
        var people = (await new UserStore(db).FindAsync(run.CompanyId, named, ct)).ToDictionary(user => user.Id);
        var begun = await new LedgerStore(db).ListAsync(run.CompanyId, [run.Id], ct);
        var company = await new CompanyStore(db).GetAsync(run.CompanyId, ct);
        return new ExplainFacts(run, flow, steps, people, events, todo, mail)
        {
            IsFlowDeleted = await new FlowStore(db).FindAsync(run.CompanyId, run.FlowId, ct) is null,
            At = CurrentStep.Of(run, begun, await StepFacts.GatherAsync(db, run.CompanyId, [run], ct)),
            HasMailServer = delivery.Transport is not null,
            LacksLink = company.Engine.UnsubscribeLink && publicUrl.Find() is null,
            Heard = await new InboundRuleStore(db).ListAsync(run.CompanyId, run.Id, ct),
            Sent = mail is { State: MessageState.Queued } ? await CountAsync(mail, company, people.GetValueOrDefault(run.OwnerId), ct) : null,
        };
    }

    private async Task<SendingLimitUsage> CountAsync(Message mail, Company company, User? owner, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var complaints = (await new ComplaintStore(db).CountAsync(mail.CompanyId, ct)).GetValueOrDefault(mail.SenderId);
        var day = SendingDay.Of(now, Zones.FindOrUtc(owner?.TimeZone ?? company.TimeZone));
        return await SendingLimitUsage.CountAsync(db, mail, company, day, ComplaintRule.Of(complaints) == ComplaintVerdict.Slowed, now, ct);
    }
}
