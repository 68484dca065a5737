using Sluice.Engine.Companies;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Faults;

/// <summary>Maps <c>/sluice/v1/faults</c>, which exists only in <c>sluice dev</c>; a production server does not map it.</summary>
internal static class FaultEndpoints
{
    private const string Url = "/sluice/v1/faults";

    public static void AddFaults(this IServiceCollection services) => services.AddSingleton<PlannedFaults>();

    public static void MapFaults(this IEndpointRouteBuilder app)
    {
        app.MapGet(Url, Show).Needs(Scopes.Manage, isCounted: false);
        app.MapPost(Url, Add).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        app.MapDelete(Url, Clear).Needs(Scopes.Manage, isCounted: false);
    }

    private static Answer<FaultsAnswer> Show(Call call, PlannedFaults planned) =>
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
