using Sluice.Flows;
using Sluice.Http;
using Sluice.Users;

namespace Sluice.FlowInstances;

/// <summary>Finds the flow and the owner that an assign call names, or the error that refuses the whole call: the first two admission rules.</summary>
internal sealed class FindWayIn(FlowStore flows, UserStore users, Profile profile)
{
    public async Task<(WayIn? Way, ApiError? Refusal)> FindAsync(long companyId, long flowId, string ownerEmail, CancellationToken ct)
    {
        if (await flows.FindAsync(companyId, flowId, ct) is not { } flow)
        {
            return (null, ApiError.NotFound("Flow not found")); // [rec]: checked before owner and prospects
        }

        if (await users.FindByEmailAsync(companyId, ownerEmail, ct) is not { } owner)
        {
            return (null, ApiError.UnknownUser(profile, ownerEmail));
        }

        if (!await IsVisibleAsync(flow, owner, ct))
        {
            return (null, ApiError.NotFound("Flow not found"));
        }

        return owner.MayOwn
            ? (new WayIn(flow, owner), null)
            : (null, ApiError.Faults([$"flowInstanceOwnerEmail: {ownerEmail} is not an active user with an Engage seat"])); // [inf]
    }

    private async ValueTask<bool> IsVisibleAsync(Flow flow, User user, CancellationToken ct) =>
        flow.Visibility == FlowVisibility.Company || flow.OwnerId == user.Id || await flows.IsSharedWithAsync(flow, user.Id, ct);
}

internal sealed record WayIn(Flow Flow, User Owner);
