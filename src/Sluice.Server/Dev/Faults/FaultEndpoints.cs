using Sluice.Engine.Webhooks;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Faults;

/// <summary>Maps <c>/sluice/v1/faults</c>, which exists only in <c>sluice dev</c>; a production server does not map it.</summary>
internal static class FaultEndpoints
{
    private const string Url = "/faults";

    public static void AddFaults(this IServiceCollection services)
    {
        services.AddSingleton<PlannedFaults>();
        services.AddSingleton<InjectFaults>();
        services.AddSingleton(provider => new DeliveryFaults(provider.GetRequiredService<PlannedFaults>().TakeForWebhook));
        services.AddSingleton(provider => new RequestFaults(provider.GetRequiredService<InjectFaults>().RunAsync));
    }

    public static void MapFaults(this RouteGroupBuilder manage)
    {
        manage.MapGet(Url, Show).WithDescription(FaultDescription.Show);
        manage.MapPost(Url, Add).ReadsObject().WithMetadata(new RunsApart()).WithDescription(FaultDescription.Add);
        manage.MapDelete(Url, Clear).WithMetadata(new RunsApart()).WithDescription(FaultDescription.Clear);
    }

    internal static Answer<FaultsAnswer> Show(Call call, PlannedFaults planned) =>
        new Answer<FaultsAnswer>(new FaultsAnswer(call.RequestId, planned.Of(call.CompanyId)), FaultJson.Default.FaultsAnswer);

    private static IResult Add(Call call, PlannedFaults planned)
    {
        var fields = call.ReadBody();
        var fault = PlannedFault.Read(fields);
        return fields.Refusal is { } refusal ? refusal
            : planned.Add(call.CompanyId, fault) ? Show(call, planned)
            : new ApiError(StatusCodes.Status409Conflict, "There are 100 planned faults already, which is the limit. DELETE /sluice/v1/faults removes them");
    }

    private static Answer<FaultsAnswer> Clear(Call call, PlannedFaults planned)
    {
        planned.Clear(call.CompanyId);
        return Show(call, planned);
    }
}
