using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Crm;

/// <summary>Makes the event of the feed of an upload that has ended, with or without faults.</summary>
internal static class CrmFeed
{
    /// <returns>Nothing if the request has not ended, or if it is no upload.</returns>
    public static IEnumerable<Event> Of(CrmRequest request, IdMaker ids, DateTimeOffset now) => request is not { Status: CrmRequest.Done or CrmRequest.Failed, IsRemoval: false, IsCleaning: false }
        ? []
        :
        [
            new Event(request.CompanyId, ids.Next(), EventTypes.UploadCompleted, now, new EventData
            {
                IntegrationId = WireId.Write(request.IntegrationId),
                ClientRequestId = request.ClientRequestId,
                ObjectType = request.ObjectType,
                Status = request.Status,
                Succeeded = request.SuccessCount,
                Failed = request.ErrorCount,
            }),
        ];
}
