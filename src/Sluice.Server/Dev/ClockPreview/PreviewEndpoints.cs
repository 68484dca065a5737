using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Docs;
using Sluice.Server.Http;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Dev.ClockPreview;

/// <summary>Maps <c>GET /sluice/v1/clock/preview</c>, which exists only in <c>sluice dev</c>.</summary>
internal static class PreviewEndpoints
{
    private static readonly OperationDescription Description = new(
        "previewClock", ClockDescription.Part, "See what would happen", "Says what would happen if the clock were moved forward, without moving it: moves that of a copy of all data.")
    {
        Query = [Required("advance", Schema.Text("How far, at most 92 days.", "30d"))],
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = PreviewJson.Default.PreviewAnswer,
    };

    public static void AddClockPreview(this IServiceCollection services) => services.AddSingleton<PreviewClock>();

    public static void MapClockPreview(this RouteGroupBuilder manage) => manage.MapGet("/clock/preview", Preview).Takes("advance").WithDescription(Description);

    private static async Task<IResult> Preview(Call call, PreviewClock preview, Db db, MovableClock clock)
    {
        var query = call.ReadQuery();
        var until = FindUntil(query.RequiredText("advance"), clock.GetUtcNow());
        if (query.Refusal is null && until is null)
        {
            query.Fault("advance", "should be a duration such as 3d, 90m, 1d12h or PT2H, of at most 92 days");
        }

        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var (result, why) = await preview.RunAsync(db, clock, call.CompanyId, until!.Value, call.Ct);
        return result is not null
            ? new Answer<PreviewAnswer>(PreviewAnswer.From(call, clock.GetUtcNow(), result), PreviewJson.Default.PreviewAnswer)
            : new ApiError(StatusCodes.Status409Conflict, why!);
    }

    /// <returns>The time until which a preview looks; null: this is no duration, or too long a one.</returns>
    public static DateTimeOffset? FindUntil(string span, DateTimeOffset now) =>
        ClockSpan.Read(span) is { } length && length > TimeSpan.Zero && length <= PreviewClock.Farthest && ClockEndpoints.MayMove(now, now + length) ? now + length : null;
}

/// <param name="Now">The time of the clock, which has not moved.</param>
/// <param name="Until">How far the preview looks.</param>
/// <param name="Events">What would happen, in order: the first 10,000 events.</param>
/// <param name="EventCount">The number of all events.</param>
/// <param name="IsCut">Whether there are more events than are listed.</param>
internal sealed record PreviewAnswer(string RequestId, string Now, string Until, IReadOnlyList<EventItem> Events, long EventCount, bool IsCut)
{
    public static PreviewAnswer From(Call call, DateTimeOffset now, MoveResult result) => new(
        call.RequestId, WireTime.Write(now, call.Caller.TimeZone), WireTime.Write(result.Now, call.Caller.TimeZone),
        [.. result.Events.Select(one => EventItem.From(one, call.Caller.TimeZone))], result.EventCount, result.EventCount > result.Events.Count);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PreviewAnswer))]
internal sealed partial class PreviewJson : JsonSerializerContext;
