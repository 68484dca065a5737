using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

internal static class RequestEndpoints
{
    private const int DefaultLimit = 100;

    /// <param name="isOpen">Whether the log can be read without an API key: only if no other machine can call the server [decision 10].</param>
    /// <param name="isDev">Whether this is <c>sluice dev</c>, whose data is made up.</param>
    public static void AddRequests(this IServiceCollection services, bool isOpen, bool isDev)
    {
        services.AddSingleton(new RequestLog(isOpen, keepsUnknownValues: isDev));
        services.AddSingleton<ForgetErased>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgetErased>());
        services.AddSingleton<NearbyIdStore>();
        services.AddSingleton<RouteHints>();
        services.AddSingleton<CallHints>();
        services.AddSingleton<OAuthHints>();
        services.AddSingleton<Hints>();
    }

    public static void MapRequests(this RouteGroupBuilder manage) => manage.MapGet("/requests", List).Takes("after", "limit").WithDescription(RequestDescription.List);

    /// <summary>Lists the caller's own requests or, where the log is open, everybody's: also those that came with a wrong key.</summary>
    private static async Task<IResult> List(Call call, RequestLog log, ForgetErased forget)
    {
        var parameters = call.ReadQuery();
        var (after, limit) = (parameters.OptionalText("after"), parameters.Integer("limit", DefaultLimit, 1, RequestLog.Capacity));
        var companyId = log.IsOpen ? null : WireId.Write(call.CompanyId);
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        await forget.RunOnceAsync(call.Ct);
        return new Answer<RequestsAnswer>(new(call.RequestId, RequestLog.After(log.Read(companyId), after, limit).ConvertAll(request => InZone(request, call.Caller.TimeZone))), RequestJson.Default.RequestsAnswer);
    }

    private static RecordedRequest InZone(RecordedRequest request, DateTimeZone zone) =>
        request with { Time = Instant.FromDateTimeOffset(request.Time).InZone(zone).ToDateTimeOffset() };
}
