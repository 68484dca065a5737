using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Server.Api.Unsubscribe;

/// <summary>What a valid unsubscribe link stands for, as the database knows it now.</summary>
/// <param name="Company">The sender's company.</param>
/// <param name="Subject">The subject of the flow's first mail to this prospect, by which the prospect knows the flow; null: none was sent.</param>
/// <param name="Stopped">What the prospect has unsubscribed from so far.</param>
/// <param name="Past">Whom it stops, and which flow, if the instance was deleted for its age; null: it was not.</param>
internal sealed record UnsubscribeLink(long FlowInstanceId, Company Company, string? Subject, UnsubscribeScope Stopped, (long ProspectId, long FlowId)? Past)
{
    /// <returns>Null if the token is not valid, or the prospect was erased.</returns>
    public static async Task<UnsubscribeLink?> FindAsync(Db db, string token, CancellationToken ct)
    {
        if (UnsubscribeToken.Read(token) is not var (companyId, flowInstanceId)
            || await new CompanyStore(db).FindAsync(companyId, ct) is not { } company
            || !UnsubscribeToken.IsSignedBy(Convert.FromHexString(company.CursorKey), token))
        {
            return null;
        }

        var run = await new RunStore(db).FindAsync(companyId, flowInstanceId, ct);
        var past = run is null ? await new PastInstanceStore(db).FindAsync(companyId, flowInstanceId, ct) : null;
        if ((run is null ? past : (run.ProspectId, run.FlowId)) is not var (prospectId, flowId))
        {
            return null;
        }

        var prospect = (await new ProspectStore(db).FindAsync(companyId, [prospectId], ct)).SingleOrDefault();
        return past is not null && prospect is null
            ? null
            : new(flowInstanceId, company, await new MessageStore(db).FindFirstSubjectAsync(companyId, flowInstanceId, ct), StoppedFor(prospect, flowId), past);
    }

    /// <summary>Only the prospect's own choice counts. Somebody whom the company marked as not to be contacted may still choose.</summary>
    private static UnsubscribeScope StoppedFor(ProspectState? prospect, long flowId) =>
        prospect is { Prospect.OptedOut: true } ? UnsubscribeScope.All
        : prospect?.OptedOutFlowIds.Contains(flowId) == true ? UnsubscribeScope.Flow
        : UnsubscribeScope.Nothing;
}

/// <summary>How much mail a prospect stops. A larger scope includes the smaller ones.</summary>
internal enum UnsubscribeScope
{
    Nothing,

    /// <summary>The mail of the flow that the link belongs to.</summary>
    Flow,

    /// <summary>All mail of the company.</summary>
    All,
}
