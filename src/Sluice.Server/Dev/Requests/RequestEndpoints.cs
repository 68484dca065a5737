using Sluice.Engine.Companies;
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

    public static void MapRequests(this WebApplication app)
    {
        if (app.Services.GetRequiredService<RequestLog>().IsOpen)
        {
            app.MapGet("/sluice/v1/requests", ListAll);
        }
        else
        {
            app.MapGet("/sluice/v1/requests", ListOwn).Needs(Scopes.Manage, isCounted: false, parameters: ["after", "limit"]);
        }
    }

    private static IResult ListAll(HttpContext http, RequestLog log) =>
        List(http.TraceIdentifier, RequestReader.OfQuery(http.Request.QueryString, ReaderStyle.Strict), log, companyId: null);

    private static IResult ListOwn(Call call, RequestLog log) =>
        List(call.RequestId, call.ReadQuery(), log, WireId.Write(call.CompanyId));

    private static IResult List(string requestId, RequestReader parameters, RequestLog log, string? companyId)
    {
        var (after, limit) = (parameters.OptionalText("after"), parameters.Integer("limit", DefaultLimit, 1, RequestLog.Capacity));
        return parameters.Refusal is { } refusal
            ? refusal
            : new Answer<RequestsAnswer>(new(requestId, RequestLog.After(log.Read(companyId), after, limit)), RequestJson.Default.RequestsAnswer);
    }
}
