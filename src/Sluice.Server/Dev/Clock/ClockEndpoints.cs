using Sluice.Engine.Primitives;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Clock;

/// <summary>Maps <c>/sluice/v1/clock</c>, which exists only in <c>sluice dev</c>; a production server does not map it.</summary>
internal static class ClockEndpoints
{
    private const string Operations = """Give one of "advance" (3d, 90m, PT2H), "set" (an ISO-8601 date and time with an offset) and "freeze" (true, false)""";

    public static readonly TimeSpan Farthest = TimeSpan.FromDays(3653);

    // Ids hold their time in 41 bits, as milliseconds since 2020.
    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2080, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void AddClock(this IServiceCollection services)
    {
        services.AddSingleton(_ => new MovableClock(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<MovableClock>());
        services.AddSingleton<MoveClock>();
    }

    public static void MapClock(this RouteGroupBuilder manage)
    {
        manage.MapGet("/clock", Show).WithDescription(ClockDescription.Show);
        manage.MapPost("/clock", Move).ReadsObject().WithMetadata(new RunsApart()).WithDescription(ClockDescription.Move);
    }

    /// <summary>Whether the clock may be moved so far at once, and ids can be made at that time.</summary>
    public static bool MayMove(DateTimeOffset now, DateTimeOffset target) => target >= Earliest && target <= Latest && target - now <= Farthest;

    private static Answer<ClockAnswer> Show(Call call, MovableClock clock, MoveClock move) =>
        new Answer<ClockAnswer>(ClockAnswer.From(call.RequestId, clock, move.Target, call.Caller.TimeZone), ClockJson.Default.ClockAnswer);

    private static async Task<IResult> Move(Call call, MovableClock clock, MoveClock move)
    {
        var fields = call.ReadBody();
        var request = Request.Read(fields, clock.GetUtcNow());
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        return await move.RunAsync(call.CompanyId, request.Target, state => request.Freeze ?? state.FrozenAt is not null, call.Ct) is { } result
            ? new Answer<MovedAnswer>(MovedAnswer.From(call.RequestId, result, clock.State.FrozenAt is not null, call.Caller.TimeZone), ClockJson.Default.MovedAnswer)
            : new ApiError(StatusCodes.Status409Conflict, "The clock is being moved already: wait until that move ends. GET /sluice/v1/clock shows how far it is");
    }

    private sealed record Request(TimeSpan? Advance, DateTimeOffset? Set, bool? Freeze)
    {
        public DateTimeOffset Target(DateTimeOffset now) => Set ?? now + (Advance ?? TimeSpan.Zero);

        public static Request Read(RequestReader fields, DateTimeOffset now)
        {
            var request = new Request(ReadAdvance(fields), fields.OptionalTime("set"), fields.OptionalFlag("freeze"));
            var given = ((string[])["advance", "set", "freeze"]).Count(fields.HasAny);
            if (given != 1)
            {
                fields.Fault(Operations);
            }

            if (!MayMove(now, request.Target(now)))
            {
                fields.Fault("The clock can show times from 2020 to 2080 and move forward by at most ten years at once");
            }

            return request;
        }

        private static TimeSpan? ReadAdvance(RequestReader fields)
        {
            if (fields.OptionalText("advance") is not { } text)
            {
                return null;
            }

            var span = ClockSpan.Read(text);
            if (span is null || span <= TimeSpan.Zero)
            {
                fields.Fault("advance", "should be a duration above zero such as 3d, 90m, 1d12h or PT2H; to go back, use set");
                return null;
            }

            return span < Farthest * 2 ? span : Farthest * 2;
        }
    }
}
