using Sluice.Engine.Audit;
using Sluice.Engine.Instances;

namespace Sluice.Server.Http;

internal static class Actors
{
    extension(Call call)
    {
        /// <summary>Names the request's key as the one who acts, or the person who is signed in.</summary>
        /// <param name="userId">The user in whose name a key acts; null: the request names none.</param>
        public Actor ToActor(long? userId = null) => call.Caller.UserId is { } person
            ? new(call.CompanyId, null, call.RequestId, person)
            : new(call.CompanyId, call.Caller.ApiKeyId, call.RequestId, userId);

        /// <summary>Names the same one for the audit, with the address of the request.</summary>
        public AuditActor ToAuditActor() =>
            new(call.Caller.UserId, call.Caller.UserId is null ? call.Caller.ApiKeyId : null, call.Request.HttpContext.Connection.RemoteIpAddress?.ToString(), call.RequestId);
    }
}
