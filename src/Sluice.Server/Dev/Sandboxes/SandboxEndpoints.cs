using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>Maps <c>/sluice/v1/sandboxes</c>, which exists only in <c>sluice dev</c>. It is outside of all sandboxes: none sees another one.</summary>
internal static class SandboxEndpoints
{
    public static void AddSandboxes(this IServiceCollection services, string database, SandboxParts parts)
    {
        services.AddSingleton(parts);
        services.AddSingleton<SandboxDatabases>(provider => PostgresDb.IsConnectionString(database)
            ? new PostgresSandboxes(database, provider.GetRequiredService<Db>())
            : new SqliteSandboxes());
        services.AddSingleton<SandboxImages>();
        services.AddSingleton(provider => new Sandboxes(
            provider, parts, provider.GetRequiredService<SandboxDatabases>(), provider.GetRequiredService<SandboxImages>(), provider.GetRequiredService<IdMaker>(),
            new MachineTime(provider.GetRequiredService<MovableClock>())));
        services.AddHostedService<RunSandboxes>();
    }

    public static void MapSandboxes(this RouteGroupBuilder manage)
    {
        var sandboxes = manage.MapGroup("/sandboxes");
        sandboxes.MapGet("", List).WithDescription(SandboxDescription.List);
        sandboxes.MapPost("", Add).ReadsObject().WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Add);
        sandboxes.MapGet("/{id}", Show).WithDescription(SandboxDescription.Show);
        sandboxes.MapDelete("/{id}", Drop).WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Drop);
        sandboxes.MapPost("/{id}/reset", Reset).WithMetadata(new RunsApart()).WithDescription(SandboxDescription.Reset);
        sandboxes.MapSnapshots();
    }

    /// <summary>Finds a sandbox of the caller's company.</summary>
    public static Sandbox? FindOwn(this Sandboxes sandboxes, Call call, string id) =>
        WireId.Find(id) is { } number && sandboxes.Find(number) is { } sandbox && sandbox.CompanyId == call.CompanyId ? sandbox : null;

    public static ApiError NotFound(string id) => ApiError.NotFound($"There is no sandbox {RequestReader.Echo(id)}: it was dropped, or nobody has used it for an hour");

    public static Answer<SandboxAnswer> Shape(Call call, Sandbox sandbox, int status = StatusCodes.Status200OK) =>
        new(new(call.RequestId, SandboxItem.From(sandbox, call.Caller.TimeZone)), SandboxJson.Default.SandboxAnswer, status);

    /// <summary>Answers with a new sandbox, or says that there are too many.</summary>
    public static async Task<IResult> ShapeNewAsync(Call call, Sandboxes sandboxes, Sandbox? made) => made is not null
        ? Shape(call, made, StatusCodes.Status201Created)
        : new ApiError(StatusCodes.Status409Conflict, $"There are {await sandboxes.FindLimitAsync(call.Ct)} sandboxes already, which is the limit: drop one first");

    public static bool MayBegin(DateTimeOffset clock) => ClockEndpoints.MayMove(DemoTime.Now, clock);

    public static string RootOf(Call call) => $"{call.Request.Scheme}://{call.Request.Host}";

    internal static Answer<SandboxesAnswer> List(Call call, Sandboxes sandboxes) =>
        new(new(call.RequestId, sandboxes.List(call.CompanyId).ConvertAll(one => SandboxItem.From(one, call.Caller.TimeZone))), SandboxJson.Default.SandboxesAnswer);

    private static async Task<IResult> Add(Call call, Sandboxes sandboxes)
    {
        var fields = call.ReadBody();
        var begin = new SandboxBegin(fields.Integer("seed", SandboxBegin.Default.Seed, 0, int.MaxValue), fields.OptionalTime("clock") ?? SandboxBegin.Default.Clock);
        if (!MayBegin(begin.Clock))
        {
            fields.Fault("clock", "should be a time from 2020 to at most ten years after the demo data, which ends in November 2026");
        }

        return fields.Refusal is { } refusal
            ? refusal
            : await ShapeNewAsync(call, sandboxes, await sandboxes.AddAsync(call.CompanyId, begin, RootOf(call), null, call.Ct));
    }

    private static IResult Show(string id, Call call, Sandboxes sandboxes) => sandboxes.FindOwn(call, id) is { } sandbox ? Shape(call, sandbox) : NotFound(id);

    private static async Task<IResult> Drop(string id, Call call, Sandboxes sandboxes) => sandboxes.FindOwn(call, id) is { } sandbox && await sandboxes.DropAsync(sandbox)
        ? new Answer<SandboxDropped>(new(call.RequestId, WireId.Write(sandbox.Id)), SandboxJson.Default.SandboxDropped)
        : NotFound(id);

    private static async Task<IResult> Reset(string id, Call call, Sandboxes sandboxes)
    {
        if (sandboxes.FindOwn(call, id) is not { } sandbox)
        {
            return NotFound(id);
        }

        return await sandboxes.OpenAsync(sandbox, null, call.Ct) ? Shape(call, sandbox) : NotFound(id);
    }

    /// <summary>Real time, whatever the dev clock shows.</summary>
    private sealed class MachineTime(MovableClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.MachineTime;
    }
}
