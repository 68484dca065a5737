using Sluice.Engine.Flows;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances;

/// <summary>Finds the flow and the owner that an assignment names, or says why the whole call is refused. These are the first two admission rules.</summary>
internal sealed class ResolveAssignment(FlowStore flows, UserStore users)
{
    /// <returns>Either the target or the refusal.</returns>
    public async Task<(AssignmentTarget? Target, TargetRefusal Refusal)> RunAsync(long companyId, long flowId, string ownerEmail, CancellationToken ct)
    {
        if (await flows.FindAsync(companyId, flowId, ct) is not { } flow)
        {
            return (null, TargetRefusal.UnknownFlow); // [rec]: the flow is checked before the owner and the prospects.
        }

        if (await users.FindByEmailAsync(companyId, ownerEmail, ct) is not { } owner)
        {
            return (null, TargetRefusal.UnknownOwner);
        }

        if (!await IsVisibleAsync(flow, owner, ct))
        {
            return (null, TargetRefusal.UnknownFlow);
        }

        return owner.MayOwnInstances ? (new AssignmentTarget(flow, owner), default) : (null, TargetRefusal.OwnerMayNotOwn);
    }

    private async ValueTask<bool> IsVisibleAsync(Flow flow, User user, CancellationToken ct) =>
        flow.Visibility == FlowVisibility.Company || flow.OwnerId == user.Id || await flows.IsSharedWithAsync(flow, user.Id, ct);
}

/// <summary>Where an assignment puts prospects.</summary>
/// <param name="Flow">A flow that the owner can see.</param>
/// <param name="Owner">An active user with an Engage seat.</param>
internal sealed record AssignmentTarget(Flow Flow, User Owner);

/// <summary>Why a whole assignment is refused, whichever prospects it names.</summary>
internal enum TargetRefusal
{
    UnknownFlow,
    UnknownOwner,

    /// <summary>The owner is inactive or has no Engage seat.</summary>
    OwnerMayNotOwn,
}
