using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

internal static class Refusals
{
    extension(Fields fields)
    {
        /// <summary>Null when nothing is wrong.</summary>
        public ApiError? Refusal => fields.IsBad ? ApiError.BadRequest : fields.AllFaults.ToList() is { Count: > 0 } faults ? ApiError.Faults(faults) : null;
    }

    public static ApiError ToApiError(this TargetRefusal refusal, Profile profile, string ownerEmail) => refusal switch
    {
        TargetRefusal.UnknownOwner => ApiError.UnknownUser(profile, ownerEmail),
        TargetRefusal.OwnerMayNotOwn => ApiError.Faults([$"flowInstanceOwnerEmail: {ownerEmail} is not an active user with an Engage seat"]), // [inf]
        _ => ApiError.NotFound("Flow not found"),
    };
}
