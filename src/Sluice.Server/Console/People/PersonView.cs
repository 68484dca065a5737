using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Tasks;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

internal static class PersonView
{
    public static Html Lead(PersonContext person)
    {
        var prospect = person.Known.Prospect;
        return $"{Html.Isolate(string.Join(", ", new[] { prospect.Title, prospect.CompanyName }.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => Words.Short(text!, 80))))}";
    }

    public static Html Of(Visit visit, PersonContext person, string? alert) => $"""
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
        {Suppressed(person)}
        <div class="split"><div>
        <div class="headed"><h2>Flows</h2>{Html.If(visit.Is(Roles.Rep | Roles.Manager), $"<a class=\"button\" href=\"{Links.With($"{Links.People}/enrol", ("crmId", person.Known.Prospect.CrmId))}\">Enrol in a flow</a>")}</div>
        {(person.Flows.Count == 0 ? (Html)$"<p class=\"empty\">In no flow, now or before.</p>" : $"{person.Flows.Select(flow => PersonFlow.Of(visit, flow))}")}
        {Mails(visit, person)}
        </div><aside>
        {Records(person)}
        {Tasks(visit, person)}
        {Stops(visit, person)}
        </aside></div>
        {visit.Curl($"/sluice/v1/prospects/{Uri.EscapeDataString(person.Known.Prospect.CrmId)}")}
        """;

    private static Html Suppressed(PersonContext person) => Html.If(person.Known.IsSuppressed, $"""
        <p class="warn">{(person.Known.Prospect.DoNotContact ? "Must not be contacted" : "Opted out")}: gets no mail and enters no flow.</p>
        """);

    private static Html Records(PersonContext person) => $"""
        <section class="card"><h2>{Words.Count(person.Records.Count, "record")}</h2>{person.Records.Select(record => Record(record, person.Records.Count > 1))}</section>
        """;

    private static Html Record(ProspectState record, bool named) => $"""
        {Html.If(named, $"<h3><a href=\"{Links.Person(record.Prospect.CrmId)}\">{Html.Isolate(Words.Name(record.Prospect))}</a></h3>")}
        <dl class="facts">
        {Parts.Fact("E-mail", record.Prospect.Email is { } email ? (Html)$"{Html.Isolate(Words.Short(email, 100))} {Html.If(!record.EmailValid, Parts.Badge("held", "Bad address"))}" : null)}
        {Parts.Fact("Phone", record.Prospect.PhoneNumber is { } phone ? Html.Isolate(Words.Short(phone, 60)) : null)}
        {Parts.Fact("CRM id", (Html)$"<code>{record.Prospect.CrmId}</code>")}
        {Parts.Fact("Kind", (Html)$"{Words.Spaced(record.Prospect.Kind.ToLowerInvariant())}{Html.If(record.IsDeleted, $", deleted in the CRM")}")}
        {Parts.Fact("Time zone", record.Prospect.TimeZone is { } zone ? (Html)$"{zone}" : null)}
        </dl>
        """;

    private static Html Tasks(Visit visit, PersonContext person) => Html.If(person.Tasks.Count > 0, $"""
        <section class="card"><h2>Open tasks</h2><ul class="rows plain">{person.Tasks.Select(task => Task(visit, task))}</ul></section>
        """);

    private static Html Task(Visit visit, ListedToDo task) => $"""
        <li class="row">{(visit.Is(Roles.Rep | Roles.Manager) ? (Html)$"<a class=\"go\" href=\"{Links.Task(WireId.Write(task.ToDo.Id))}\">{Words.Of(task.ToDo)}</a>" : $"{Words.Of(task.ToDo)}")}<span class="when">{visit.Time(task.ToDo.DueAt)}</span></li>
        """;

    private static Html Mails(Visit visit, PersonContext person) => Html.If(person.Mails.Count > 0, $"""
        <section><h2>Mails</h2><ul class="rows plain mails">{person.Mails.Select(mail => Parts.MailRow(visit, mail))}</ul></section>
        """);

    private static Html Stops(Visit visit, PersonContext person) => $"""
        <section class="card"><h2>Stop list</h2>
        {(person.Stops.Count == 0 ? (Html)$"<p class=\"soft\">Says nothing of this person's addresses.</p>" : $"<ul class=\"plain\">{person.Stops.Select(stop => Stop(visit, stop))}</ul>")}
        {Html.If(!person.Known.IsSuppressed && visit.Is(Roles.Rep | Roles.Manager), OptOut(visit, person.Known.Prospect))}
        </section>
        """;

    private static Html Stop(Visit visit, Suppression stop) => $"""
        <li><strong>{Words.Spaced(stop.Kind.Word())}</strong>{Html.If(stop.Lifted is not null, $" {Parts.Badge("over", "Lifted")}")} <span class="soft">{Html.Isolate(Words.Short(stop.Key, 100))} since {visit.Time(stop.Since)}</span>
        {Html.If(stop.Evidence is not null, $"<br><span class=\"soft\">Mail <code>{stop.Evidence}</code></span>")}{Html.If(stop.Reason is not null, $"<br>{Html.Isolate(stop.Reason)}")}
        {Html.If(stop.Lifted is not null, $"<br><span class=\"soft\">Lifted: {Html.Isolate(stop.Lifted?.Reason)}</span>")}</li>
        """;

    private static Html OptOut(Visit visit, Prospect prospect) => $"""
        <details><summary>Opt out</summary>{visit.Form(Links.With($"{Links.Root}/person/opt-out", ("crmId", prospect.CrmId)), $"""
            <p class="hint">Ends all open flows of all records of this person. No mail is sent any more, by whichever record.</p><button class="danger">Opt this person out</button>
            """)}</details>
        """;
}
