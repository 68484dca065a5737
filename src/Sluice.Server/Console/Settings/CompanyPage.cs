using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Server.Api.Manage.Companies;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>The settings of the company, and the outcomes of a call, which are the same for all companies.</summary>
internal static class CompanyPage
{
    private static readonly string[] Numbers =
        ["coolOffDays", "toDoExpiryDays", "mailsPerSenderDay", "mailsPerSenderWeek", "mailsPerRecipientDay", "mailsPerDomainDay", "mailsPerCompanyDay", "callsPerSecond", "callsPerDay"];

    private static readonly string[] Flags = ["multipleFlowsAllowed", "createUnknownProspects", "unsubscribeLink"];

    public static void MapCompanyPage(this RouteGroupBuilder console)
    {
        console.MapGet("/settings", Show);
        console.MapPost("/settings", Change);
        console.MapGet("/settings/call-outcomes", (Visit visit) => ConsolePage.Of(visit, "settings", "Call outcomes", Outcomes(), $"What a representative may say of a call"));
    }

    private static async Task<IResult> Show(Visit visit, Db db) => Page(visit, await CompanyAsync(visit, db), null);

    private static async Task<IResult> Change(Visit visit, Db db, AuthoringRequests requests)
    {
        var before = await CompanyAsync(visit, db);
        visit.NoteBefore($"company {WireId.Write(before.Id)}", Fields(before));
        var body = new JsonObject { ["timeZone"] = visit.Field("timeZone") };
        foreach (var name in Numbers)
        {
            body[name] = JsonTexts.Number(visit.Field(name));
        }

        foreach (var name in Flags)
        {
            body[name] = visit.Field(name) is not null;
        }

        return await CompanyAuthoring.Change(visit.Call.ToApi(body), requests) is ApiError refusal ? Page(visit, before, refusal) : Notice.Redirect(Links.Settings, "company");
    }

    private static Task<Company> CompanyAsync(Visit visit, Db db) => new CompanyStore(db).GetAsync(visit.CompanyId, visit.Ct);

    private static ConsolePage Page(Visit visit, Company company, ApiError? refusal) => ConsolePage.Of(
        visit, "settings", "Settings", View(visit, company, refusal is null ? FormFields.Now(Fields(company)) : FormFields.Of(visit, refusal)), status: refusal?.Status ?? StatusCodes.Status200OK);

    private static (string Name, string? Value)[] Fields(Company one) =>
    [
        ("timeZone", one.TimeZone), ("coolOffDays", Text(one.Admission.CoolOffDays)), ("toDoExpiryDays", Text(one.Engine.ToDoExpiryDays)),
        ("mailsPerSenderDay", Text(one.Engine.Limits.SenderDay)), ("mailsPerSenderWeek", Text(one.Engine.Limits.SenderWeek)), ("mailsPerRecipientDay", Text(one.Engine.Limits.RecipientDay)),
        ("mailsPerDomainDay", Text(one.Engine.Limits.DomainDay)), ("mailsPerCompanyDay", Text(one.Engine.Limits.CompanyDay)), ("callsPerSecond", Text(one.Limits.CallsPerSecond)),
        ("callsPerDay", Text(one.Limits.CallsPerDay)), ("multipleFlowsAllowed", FormFields.Box(one.Admission.MultipleFlowsAllowed)), ("createUnknownProspects", FormFields.Box(one.Admission.CreateUnknownProspects)),
        ("unsubscribeLink", FormFields.Box(one.Engine.UnsubscribeLink)),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Html View(Visit visit, Company company, FormFields fields)
    {
        var form = visit.Form(Links.Settings, $"""
            <div class="two">
            <fieldset class="stack"><legend>Time and people</legend>
            {fields.Input("timeZone", "Time zone", $"Days of reports and limits are those of this zone.", place: "Europe/Berlin", required: true)}
            {fields.Flag("multipleFlowsAllowed", "A person may be in several flows at once")}
            {Number(fields, "coolOffDays", "Days of rest", $"After a flow, a person enters no other one for so long. 0: no rest.")}
            {fields.Flag("createUnknownProspects", "Assigning somebody unknown adds the person", $"Else such a call is refused.")}
            {Number(fields, "toDoExpiryDays", "Days until an open task expires", $"30 to 120.")}
            </fieldset>
            <fieldset class="stack"><legend>Most mails that leave</legend>
            {Number(fields, "mailsPerSenderDay", "A day from one user", $"0, here and below: no limit.")}
            {Number(fields, "mailsPerSenderWeek", "A week from one user")}
            {Number(fields, "mailsPerRecipientDay", "A day to one address")}
            {Number(fields, "mailsPerDomainDay", "A day to one mail domain")}
            {Number(fields, "mailsPerCompanyDay", "A day in all")}
            {fields.Flag("unsubscribeLink", "Each mail has an unsubscribe link")}
            </fieldset>
            <fieldset class="stack"><legend>Calls of the API</legend>
            {Number(fields, "callsPerSecond", "Most calls a second", $"0: no limit.")}
            {Number(fields, "callsPerDay", "Most calls a day", $"0: no limit.")}
            </fieldset></div>
            <p><button class="main">Save</button></p>
            """);
        return $"""
            {SettingsView.Tabs("company")}
            {fields.Alert()}
            <dl class="facts card">{Parts.Fact("Name", Html.Isolate(company.Name))}{Parts.Fact("Id", (Html)$"<code>{WireId.Write(company.Id)}</code>")}</dl>
            <section class="card">{form}</section>
            {visit.Curl("/sluice/v1/company")}
            """;
    }

    private static Html Number(FormFields fields, string name, string label, Html? hint = null) => fields.Input(name, label, hint, type: "number", required: true, max: 10);

    private static Html Outcomes() => $"""
        {SettingsView.Tabs("outcomes")}
        <p class="hint">They are those of the API, and the same for all companies, so there is nothing to change here.</p>
        <div class="wide" tabindex="0" role="region" aria-label="Call outcomes"><table class="lines"><thead><tr><th>Outcome</th><th>The flow</th></tr></thead>
        <tbody>{CallOutcome.All.Select(one => (Html)$"<tr><td>{one.Name}</td><td>{(one.RemovesFromFlow ? "Ends for the person" : "Goes on")}</td></tr>")}</tbody></table></div>
        """;
}
