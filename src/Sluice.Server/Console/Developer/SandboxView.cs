using System.Globalization;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Sandboxes;

namespace Sluice.Server.Console.Developer;

internal static class SandboxView
{
    private const int MaxSandboxes = 100;

    /// <param name="visit">Who sees it.</param>
    /// <param name="all">The sandboxes of the company, the oldest first.</param>
    /// <param name="open">The one whose company the other pages show.</param>
    /// <param name="alert">Why the last form was refused.</param>
    public static Html Of(Visit visit, List<Sandbox> all, Sandbox? open, string? alert) => $"""
        {DeveloperTabs.Of("Sandboxes")}
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
        {(open is null ? Html.Nothing : Open(visit, open))}
        {Html.If(all.Count == 0, $"<p class=\"empty\"><strong>There is no sandbox.</strong> Each is a company with its own key, data, clock, faults and inbox: one for each test.</p>")}
        {Enumerable.Reverse(all).Take(MaxSandboxes).Select(one => Card(visit, one))}
        {Html.If(all.Count > MaxSandboxes, $"<p class=\"hint\">These are the newest {MaxSandboxes} of {all.Count}.</p>")}
        <section class="card"><h2>New sandbox</h2>{visit.Form(SandboxRequests.Pages, $"""
            <div class="stack"><p><label for="seed">Demo data number</label><input id="seed" name="seed" type="number" min="0" max="2147483647" value="{SandboxBegin.Default.Seed.ToString(CultureInfo.InvariantCulture)}" required></p>
            <p><label for="clock">Its clock, in {visit.Zone.Id}</label><input id="clock" name="clock" type="datetime-local" min="2020-01-01T00:00" max="2036-11-01T00:00"></p>
            <p><button class="main">Make it</button></p></div>
            """)}{visit.Curl(SandboxRequests.Management, "POST", """{"seed":1}""")}</section>
        {visit.Share($"{SandboxRequests.Pages}/csv", SandboxRequests.Management)}
        """;

    private static Html Open(Visit visit, Sandbox one) => $"""
        <div class="warn"><p>Sandbox {WireId.Write(one.Id)} is open: every other page of the console shows its company.</p>{visit.Form($"{SandboxRequests.Pages}/leave", $"<button>Leave it</button>")}</div>
        """;

    private static Html Card(Visit visit, Sandbox one) => $"""
        <section class="card"><h2>{WireId.Write(one.Id)}</h2>
        <dl class="facts">{Parts.Fact("Demo data", $"number {one.Begin.Seed.ToString(CultureInfo.InvariantCulture)}")}
        {Parts.Fact("Its clock", one.World is { } world ? visit.Time(world.Clock.GetUtcNow()) : (Html)$"being made")}
        {Parts.Fact("Forked from", one.ForkedFrom is { } from ? (Html)$"{WireId.Write(from)}" : null)}
        {Parts.Fact("URL", $"<code>{one.Url}</code>")}
        {Parts.Fact("Key and secret", $"<code>{one.Key.AccessKey}:{one.Key.AccessKeySecret}</code>")}</dl>
        <div class="actions">{Form(visit, one, "open", $"<button class=\"main\">Open in the console</button>")}{Form(visit, one, "reset", $"<button>Reset to its seed</button>")}
        {Form(visit, one, "snapshots", $"<button>Take a snapshot</button>")}{Form(visit, one, "fork", $"<button>Fork it</button>")}{Form(visit, one, "drop", $"<button class=\"danger\">Drop it</button>")}</div>
        {Html.If(one.Snapshots.Count > 0, $"<ul class=\"rows\">{one.Snapshots.Select(snapshot => Row(visit, one, snapshot))}</ul>")}</section>
        """;

    private static Html Row(Visit visit, Sandbox one, SandboxSnapshot snapshot) => $"""
        <li>Snapshot {WireId.Write(snapshot.Id)} <span class="soft">{visit.Time(snapshot.At)}</span>
        {Form(visit, one, "restore", $"<button name=\"snapshot\" value=\"{WireId.Write(snapshot.Id)}\">Go back to it</button>")}{Form(visit, one, "fork", $"<button name=\"snapshot\" value=\"{WireId.Write(snapshot.Id)}\">Fork it</button>")}</li>
        """;

    private static Html Form(Visit visit, Sandbox one, string what, Html fields) => visit.Form($"{SandboxRequests.Pages}/{WireId.Write(one.Id)}/{what}", fields);
}
