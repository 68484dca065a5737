using Microsoft.AspNetCore.WebUtilities;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

internal static class Refusals
{
    extension(RequestReader reader)
    {
        /// <summary>Null if nothing is wrong with the request. Ask for it after everything has been read.</summary>
        public ApiError? Refusal => reader.IsBad ? ApiError.BadRequest : reader.Faults is { Count: > 0 } faults ? ApiError.Faults(faults) : null;

        /// <summary>Compares names exactly: the framework's collection ignores case, and a client that a stand-in forgives fails against the live service [inf].</summary>
        public static RequestReader OfQuery(QueryString query, ReaderStyle style, LookedUpNames? asked = null) => RequestReader.OfQuery(Decoded(query), style, asked);
    }

    public static ApiError ToApiError(this TargetRefusal refusal, Profile profile, string ownerEmail) => refusal switch
    {
        TargetRefusal.UnknownOwner => ApiError.UnknownUser(profile, ownerEmail),
        TargetRefusal.OwnerMayNotOwn => ApiError.Faults([$"flowInstanceOwnerEmail: {ownerEmail} is not an active user with an Engage seat"]), // [inf]
        _ => ApiError.NotFound("Flow not found"),
    };

    private static IEnumerable<(string Name, string Text)> Decoded(QueryString query)
    {
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            yield return (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
        }
    }
}
