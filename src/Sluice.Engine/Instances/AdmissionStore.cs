using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Reads the facts that <see cref="AdmissionRule"/> needs. An assignment calls it in a transaction, so that the facts stay true until the commit.</summary>
internal sealed class AdmissionStore(IDbSession tx)
{
    /// <summary>Finds the terms that apply to every prospect of an assignment. Assign and plan both call it, so a plan predicts what an assign does.</summary>
    public async Task<AdmissionTerms> FindTermsAsync(Flow flow, Company company, bool coolOffOverride, CancellationToken ct)
    {
        var settings = company.Admission;
        // Most companies allow multiple flows. The cool-off does not apply to them, so the ruleset need not be read.
        var isLifted = coolOffOverride || (!settings.MultipleFlowsAllowed && await new RulesetStore(tx).IgnoresCoolOffAsync(flow, ct));
        return new AdmissionTerms(settings.MultipleFlowsAllowed, TimeSpan.FromDays(settings.CoolOffDays), isLifted) { CompanyKey = company.CursorKey };
    }

    /// <summary>
    /// Locks the prospects and returns the facts about each, by CRM id; unknown prospects are absent. All callers lock in the same order, so
    /// two assigns of one prospect to two exclusive flows run one after the other. The facts are read after the lock is taken.
    /// </summary>
    public Task<Dictionary<string, AdmissionProspect>> LockAsync(Flow flow, IReadOnlyList<string> crmIds, AdmissionTerms terms, CancellationToken ct) =>
        FindAsync(flow, crmIds, terms, tx.Dialect.ForUpdateOf("p"), ct);

    /// <summary>Returns the same facts, and locks nothing: they may be different a moment later.</summary>
    public Task<Dictionary<string, AdmissionProspect>> FindAsync(Flow flow, IReadOnlyList<string> crmIds, AdmissionTerms terms, CancellationToken ct) =>
        FindAsync(flow, crmIds, terms, new SqlText(""), ct);

    private async Task<Dictionary<string, AdmissionProspect>> FindAsync(Flow flow, IReadOnlyList<string> crmIds, AdmissionTerms terms, SqlText locking, CancellationToken ct)
    {
        var companyId = flow.CompanyId;
        var prospects = await tx.QueryAsync($"""
            select p.id, p.crm_id, p.opted_out, p.do_not_contact, p.opted_out_flows, p.email, p.phone_number
            from {SqlTable.Of([.. crmIds.Where(Prospect.IsPossibleCrmId)])} asked
            cross join prospects p
            where p.company_id = {companyId} and p.crm_id = asked.value and p.deleted_at is null
            order by p.id
            {locking}
            """, row => (
                Id: row.Integer("id"),
                CrmId: row.Text("crm_id"),
                OptedOut: row.Flag("opted_out") || row.Flag("do_not_contact"),
                OptedOutOfFlow: OptedOutFlows.Read(row.TextOrNull("opted_out_flows")).Contains(flow.Id),
                Email: row.TextOrNull("email"),
                Phone: row.TextOrNull("phone_number")), ct);
        var stopped = await new SuppressionStore(tx).FindAsync(companyId, terms.CompanyKey, prospects.Select(prospect => (prospect.Id, prospect.Email, prospect.Phone)), ct);
        var ids = prospects.ConvertAll(prospect => prospect.Id);
        var open = (await OpenFlowsAsync(companyId, ids, ct)).ToLookup(one => one.ProspectId, one => one.Flow);
        var finished = terms.MultipleFlowsAllowed ? [] : await LastFinishedAsync(companyId, ids, ct);

        return prospects.ToDictionary(
            prospect => prospect.CrmId,
            prospect => new AdmissionProspect(
                prospect.Id,
                prospect.OptedOut || stopped[prospect.Id].Any(fact => fact.Kind is not (SuppressionKind.Bounced or SuppressionKind.UnsubscribedFromFlow)),
                [.. open[prospect.Id]],
                finished.TryGetValue(prospect.Id, out var at) ? at : null)
            {
                OptedOutOfFlow = prospect.OptedOutOfFlow || stopped[prospect.Id].Contains(new StopFact(SuppressionKind.UnsubscribedFromFlow, flow.Id)),
            },
            StringComparer.Ordinal);
    }

    /// <summary>Uses index flow_instances_once.</summary>
    private Task<List<(long ProspectId, OpenFlow Flow)>> OpenFlowsAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => tx.QueryAsync($"""
        select i.prospect_id, f.id, f.exclusive
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        join flows f on f.company_id = i.company_id and f.id = i.flow_id
        where i.company_id = {companyId} and i.prospect_id = asked.value and {InstanceStatuses.IsOpen("i")}
        """, row => (row.Integer("prospect_id"), new OpenFlow(row.Integer("id"), row.Flag("exclusive"))), ct);

    /// <summary>Uses index flow_instances_prospect.</summary>
    private async Task<Dictionary<long, DateTimeOffset>> LastFinishedAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => (await tx.QueryAsync($"""
        select i.prospect_id, max(i.finished_at) as finished_at
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value and i.finished_at is not null
        group by i.prospect_id
        """, row => (row.Integer("prospect_id"), row.Time("finished_at")), ct)).ToDictionary();
}
