using Sluice.Engine.Crm;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Crm;

/// <summary>Reads the parameters that the CRM operations share.</summary>
internal static class CrmQuery
{
    private const int MaxClientRequestId = 1000; // Bytes [inf]

    /// <summary>The name of a request: letters, digits, dashes and underscores [doc].</summary>
    public static string ClientRequestId(RequestReader query)
    {
        var id = query.RequiredText("clientRequestId", MaxClientRequestId);
        if (id.Length > 0 && CrmObjectId.WhyNoRequestId(id) is { } sentence)
        {
            query.Fault($"clientRequestId {sentence}"); // [inf]
        }

        return id;
    }

    public static ApiError UnknownIntegration(Profile profile, long id) =>
        new(profile.UnknownInCrm, $"Integration not found: integrationId={WireId.Write(id)}"); // [inf]
}
