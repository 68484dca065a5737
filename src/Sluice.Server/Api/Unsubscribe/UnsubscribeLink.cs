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
internal sealed record UnsubscribeLink(long FlowInstanceId, Company Company, string? Subject, UnsubscribeScope Stopped)
{
    /// <returns>Null if the token is not valid, or its instance was deleted with other old data.</returns>
    public static async Task<UnsubscribeLink?> FindAsync(Db db, string token, CancellationToken ct)
    {
        if (UnsubscribeToken.Read(token) is not var (companyId, flowInstanceId)
            || await new CompanyStore(db).FindAsync(companyId, ct) is not { } company
            || !UnsubscribeToken.IsSignedBy(Convert.FromHexString(company.CursorKey), token)
            || await new RunStore(db).FindAsync(companyId, flowInstanceId, ct) is not { } run)
        {
            return null;
        }

        var prospect = (await new ProspectStore(db).FindAsync(companyId, [run.ProspectId], ct)).SingleOrDefault();
        return new(flowInstanceId, company, await new MessageStore(db).FindFirstSubjectAsync(companyId, flowInstanceId, ct), StoppedFor(prospect, run.FlowId));
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
