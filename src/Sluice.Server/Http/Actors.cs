using Sluice.Engine.Instances;

namespace Sluice.Server.Http;

internal static class Actors
{
    extension(Call call)
    {
        /// <summary>Names the request's key as the one who acts.</summary>
        /// <param name="userId">The user in whose name; null: the request names none.</param>
        public Actor ToActor(long? userId = null) => new(call.CompanyId, call.Caller.ApiKeyId, call.RequestId, userId);
    }
}
