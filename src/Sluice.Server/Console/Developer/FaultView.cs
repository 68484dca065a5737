using System.Globalization;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Faults;

namespace Sluice.Server.Console.Developer;

/// <summary>Reads a planned fault from a form.</summary>
internal static class FaultForm
{
    private const int MaxTimes = 1000;

    public static readonly (string Value, string Name)[] Kinds =
    [
        ("429", "429: too many calls"),
        ("500", "500: a fault of the server"),
        ("503", "503: not there for now"),
        ("lost", "The answer is lost, the work is done"),
        ("slow", "The answer comes after 10 seconds"),
    ];

    /// <returns>The fault, or a sentence that says what is wrong.</returns>
    public static (PlannedFault? Fault, string? Sentence) Read(Visit visit)
    {
        var (path, kind) = (visit.Field("path") ?? "/v2", visit.Field("kind"));
        if (!path.StartsWith("/v2", StringComparison.Ordinal) && !path.StartsWith("/oauth2", StringComparison.Ordinal))
        {
            return (null, "The path should begin with /v2 or /oauth2.");
        }

        if (!int.TryParse(visit.Field("times") ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var times) || times is < 1 or > MaxTimes || !Kinds.Any(one => one.Value == kind))
        {
            return (null, $"Choose a fault, and how often it happens: from 1 to {MaxTimes}.");
        }

        return (kind switch
        {
            "lost" => new PlannedFault(path, times, null, null, null, Lost: true),
            "slow" => new PlannedFault(path, times, null, null, 10_000, Lost: false),
            _ => new PlannedFault(path, times, int.Parse(kind!, CultureInfo.InvariantCulture), kind == "429" ? 1 : null, null, Lost: false),
        }, null);
    }
}

internal static class FaultView
{
    public static Html Of(Visit visit, IReadOnlyList<PlannedFault> planned, string? alert) => $"""
        {DeveloperTabs.Of("Faults")}
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
        {(planned.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No fault is planned.</strong> Plan one here to see whether your client tries again, waits, or does things twice.</p>" : $"<ul class=\"rows\">{planned.Select(Row)}</ul>{visit.Form($"{Links.Developer}/faults/clear", $"<button>Remove all</button>")}")}
        {visit.Share($"{Links.Developer}/faults/csv", "/sluice/v1/faults")}
        <section class="card"><h2>Plan a fault</h2>{visit.Form($"{Links.Developer}/faults", $"""
            <div class="stack"><p><label for="kind">What happens</label><select id="kind" name="kind">{FaultForm.Kinds.Select(one => (Html)$"<option value=\"{one.Value}\">{one.Name}</option>")}</select></p>
            <p><label for="path">To calls whose path begins with</label><input id="path" name="path" value="/v2" required></p>
            <p><label for="times">How often</label><input id="times" name="times" type="number" min="1" max="1000" value="1" required></p>
            <p><button class="main">Plan it</button></p></div>
            """)}{visit.Curl("/sluice/v1/faults", "POST", """{"status":429,"times":1}""")}</section>
        """;

    private static Html Row(PlannedFault fault) => $"""
        <li class="row">{Parts.Badge("bad", fault.Lost ? "Lost" : fault.Status?.ToString(CultureInfo.InvariantCulture) ?? "Slow")}<code>{fault.Path}</code>
        <span class="soft">{(fault.Times == 1 ? "once" : Words.Count(fault.Times, "time"))}{(fault.DelayMs is { } delay ? FormattableString.Invariant($", after {delay / 1000.0:0.#} s") : null)}</span></li>
        """;
}
