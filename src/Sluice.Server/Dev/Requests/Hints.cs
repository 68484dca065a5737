using System.Globalization;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Requests;

/// <summary>Finds what the client of an answered request probably got wrong. Hints are guesses for people; they are never part of the answer.</summary>
internal sealed partial class Hints(RouteHints routes, CallHints calls, OAuthHints oauth, NearbyIdStore ids, TimeProvider clock, ILogger<Hints> logger)
{
    private const int MaxHints = 20;
    private const int MaxIdsLookedUp = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    public async Task<List<Hint>> FindAsync(AnsweredRequest answered) =>
        [
            .. calls.Find(answered).Concat(oauth.Find(answered)).Concat(routes.Find(answered)).Concat(NameHints.Find(answered)).Concat(EmptyValueHints.Find(answered))
                .Concat(await RoundedAsync(answered)).Take(MaxHints).Select(Redact),
        ];

    private async Task<IEnumerable<Hint>> RoundedAsync(AnsweredRequest answered)
    {
        try
        {
            var hints = new List<Hint>();
            foreach (var id in IdsOf(answered).Where(RoundedIdRule.LooksRounded).Distinct().Take(MaxIdsLookedUp))
            {
                var near = await ids.FindAsync(answered.Notes.Caller!.CompanyId, id, RoundedIdRule.Reach, answered.Http.RequestAborted).WaitAsync(Timeout, clock);
                if (RoundedIdRule.FindIntended(id, near) is { } meant)
                {
                    hints.Add(Rounded(WireId.Write(id), meant));
                }
            }

            return hints;
        }
        catch (Exception fault)
        {
            LogNotLookedUp(answered.Http.TraceIdentifier, fault);
            return [];
        }
    }

    private static IEnumerable<long> IdsOf(AnsweredRequest answered) => answered.IsAdmitted ? answered.Notes.Ids.Concat(IdsInPath(answered.Http)) : [];

    private static IEnumerable<long> IdsInPath(HttpContext http) =>
        from part in http.Request.RouteValues.Values
        let id = long.TryParse(part as string, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0
        select id;

    private static Hint Rounded(string id, NearbyId meant) => new(
        "rounded-id",
        $"There is no {id}, but there is {WireId.Write(meant.Id)}: the id was probably read as a floating-point number, which rounds it. {(meant.IsNumber
            ? "This id is a JSON number: read it as a 64-bit integer."
            : "Such ids are strings: keep them as text.")}",
        id,
        WireId.Write(meant.Id));

    /// <summary>Redacts a hint, because it quotes what the client wrote.</summary>
    private static Hint Redact(Hint hint) => hint with
    {
        Message = Redaction.Text(hint.Message),
        Name = hint.Name is null ? null : Redaction.Text(hint.Name),
    };

    [LoggerMessage(1, LogLevel.Warning, "Could not look up the ids of request {RequestId}, so hints may be missing")]
    private partial void LogNotLookedUp(string requestId, Exception fault);
}
