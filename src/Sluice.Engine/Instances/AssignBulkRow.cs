using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances;

/// <summary>Processes one row of a bulk assignment: finds or creates the prospect and assigns it, in the transaction that also stores the result.</summary>
internal sealed class AssignBulkRow(AssignProspects assign, IdMaker ids, TimeProvider clock)
{
    public async Task<BulkResult> RunAsync(IDbSession tx, BulkJob job, BulkProspect row, CancellationToken ct)
    {
        if (row.CrmId is null && row.Email is not null && EmailAddress.Read(row.Email) is null)
        {
            return new BulkResult(BulkResult.CrmFailed, null, null, "InvalidArgument", RequestReader.NotAnEmail("email", row.Email)); // [inf]
        }

        var flow = await new FlowStore(tx).FindAsync(job.CompanyId, job.FlowId, ct);
        var owner = await new UserStore(tx).FindAsync(job.CompanyId, job.OwnerId, ct);
        if (flow is null || owner is not { MayOwnInstances: true })
        {
            return Failed(row.CrmId, "InvalidState", flow is null ? "Flow not found" : "The owner is not an active user with an Engage seat"); // [inf]
        }

        if (await IsErasedAsync(tx, job.CompanyId, row, ct))
        {
            var (refusal, sentence) = AdmissionRefusal.OptedOut.ToCodeAndMessage();
            return Failed(row.CrmId, refusal, sentence); // Before a prospect is created: the person's data must not come back by this row.
        }

        var crmId = row.CrmId ?? await MatchOrMakeAsync(tx, job.CompanyId, row, ct);
        var outcome = await assign.RunAsync(
            tx, new Assignment(flow, owner, [crmId], CoolOffOverride: false, Overrides: null), new Actor(job.CompanyId, job.ApiKeyId, job.RequestId, null), ct);
        if (outcome.Assigned is [var instance])
        {
            return new BulkResult(BulkResult.Assigned, crmId, instance.Id, null, null);
        }

        var (code, message) = outcome.NotAssigned[0].Reason.ToCodeAndMessage();
        return Failed(crmId, code, message);
    }

    public static BulkResult Failed(string? crmId, string code, string message) => new(BulkResult.AssignmentFailed, crmId, null, code, message);

    private static async Task<bool> IsErasedAsync(IDbSession tx, long companyId, BulkProspect row, CancellationToken ct) =>
        row.Email is { Length: > 0 } email
        && (await new SuppressionStore(tx).FindAsync(companyId, (await new CompanyStore(tx).GetAsync(companyId, ct)).CursorKey, [(0L, EmailAddress.Trim(email), null)], ct))[0].Any(fact => fact.Kind == SuppressionKind.Erased);

    /// <summary>Finds the prospect by e-mail address, or creates a new one [doc].</summary>
    private async Task<string> MatchOrMakeAsync(IDbSession tx, long companyId, BulkProspect row, CancellationToken ct)
    {
        var (prospects, email) = (new ProspectStore(tx), row.Email is null ? null : EmailAddress.Read(row.Email));
        if (email is not null && await prospects.FindCrmIdByEmailAsync(companyId, email, ct) is { } known)
        {
            return known;
        }

        var made = Prospect.FromCrmId(companyId, ids.Next(), NewCrmId(ids.Next()), clock.GetUtcNow()) with
        {
            Kind = "LEAD",
            FirstName = row.FirstName,
            LastName = row.LastName,
            Email = email,
            Title = row.JobTitle,
            CompanyName = row.CompanyName,
        };
        await prospects.AddAsync([made], ct);
        return made.CrmId;
    }

    /// <summary>Builds a CRM id in the format of a Salesforce lead id: <c>00Q</c> and 15 characters.</summary>
    private static string NewCrmId(long id)
    {
        Span<char> digits = stackalloc char[15];
        for (var i = digits.Length - 1; i >= 0; i--, id /= 36)
        {
            digits[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(int)(id % 36)];
        }

        return $"00Q{digits}";
    }
}
