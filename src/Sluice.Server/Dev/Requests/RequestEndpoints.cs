using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

internal static class RequestEndpoints
{
    private const int DefaultLimit = 100;

    /// <param name="isOpen">Whether the log can be read without an API key: only if no other machine can call the server [decision 10].</param>
    public static void AddRequests(this IServiceCollection services, bool isOpen)
    {
        services.AddSingleton(new RequestLog(isOpen));
        services.AddSingleton<NearbyIdStore>();
        services.AddSingleton<RouteHints>();
        services.AddSingleton<CallHints>();
        services.AddSingleton<Hints>();
    }

    public static void MapRequests(this RouteGroupBuilder manage) => manage.MapGet("/requests", List).Takes("after", "limit");

    /// <summary>Lists the caller's own requests or, where the log is open, everybody's: also those that came with a wrong key.</summary>
    private static IResult List(Call call, RequestLog log)
    {
        var parameters = call.ReadQuery();
        var (after, limit) = (parameters.OptionalText("after"), parameters.Integer("limit", DefaultLimit, 1, RequestLog.Capacity));
        var companyId = log.IsOpen ? null : WireId.Write(call.CompanyId);
        return parameters.Refusal is { } refusal
            ? refusal
            : new Answer<RequestsAnswer>(new(call.RequestId, RequestLog.After(log.Read(companyId), after, limit)), RequestJson.Default.RequestsAnswer);
    }
}
