using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

/// <summary>Finds people by what somebody knows of them.</summary>
internal static class PeopleEndpoints
{
    private const int Limit = 50;

    public static void MapPeople(this RouteGroupBuilder console)
    {
        console.MapGet("/people", Search);
    }

    private static async Task<IResult> Search(Visit visit, Db db, ProspectSearchStore search)
    {
        var (asked, before) = (visit.Query("q"), visit.Query("before"));
        var store = new ProspectStore(db);
        var found = asked is null
            ? await store.ListAsync(visit.CompanyId, before is not null && Prospect.IsPossibleCrmId(before) ? await store.FindIdAsync(visit.CompanyId, before, visit.Ct) : null, Limit, visit.Ct)
            : await store.FindAsync(visit.CompanyId, await search.FindAsync(visit.CompanyId, asked, Limit, visit.Ct), visit.Ct);
        var open = await new RunStore(db).CountOpenAsync(visit.CompanyId, found.ConvertAll(one => one.Prospect.Id), visit.Ct);
        var people = asked is null ? found : [.. found.OrderBy(one => Words.Name(one.Prospect), StringComparer.OrdinalIgnoreCase)];
        return ConsolePage.Of(visit, "people", "People", View(visit, asked, people, open));
    }

    private static Html View(Visit visit, string? asked, List<ProspectState> people, Dictionary<long, int> open) => $"""
        <form class="filter"><label for="q">Name, e-mail address or CRM id</label>
        <input id="q" name="q" type="search" value="{asked}" autocomplete="off"><button>Find</button>{Html.If(visit.Is(Roles.Manager | Roles.Operator), $"<a class=\"button\" href=\"{Links.People}/import\">Import</a>")}</form>
        {(people.Count == 0 ? Empty(visit, asked) : Listed(visit, people, open))}
        {Html.If(people.Count == Limit && asked is null, $"<p><a class=\"button\" href=\"{Links.With(Links.People, ("before", people.Count == 0 ? null : people[^1].Prospect.CrmId))}\">The next {Limit}</a></p>")}
        {Html.If(people.Count == Limit && asked is not null, $"<p class=\"hint\">These are the first {Limit}. Type more letters to find others.</p>")}
        {visit.Share(visit.Is(Roles.Manager | Roles.Operator) ? Links.With($"{Links.People}/csv", ("q", asked)) : null, Links.With("/sluice/v1/prospects", ("search", asked), ("before", asked is null ? visit.Query("before") : null), ("limit", "50")))}
        """;

    private static Html Empty(Visit visit, string? asked) => asked is null
        ? (Html)$"<p class=\"empty\"><strong>Nobody is here yet.</strong> People come in with an upload from the CRM, from a {(visit.Is(Roles.Manager | Roles.Operator) ? (Html)$"<a href=\"{Links.People}/import\">CSV file</a>" : $"CSV file")}, or when an API client assigns them to a flow. <a href=\"/docs\">See the API</a>.</p>"
        : $"<p class=\"empty\">Nobody is found whose first name, last name, address or CRM id begins with “{Html.Isolate(Words.Short(asked, 80))}”. Try fewer letters, or <a href=\"{Links.People}\">see everybody</a>.</p>";

    /// <summary>Who may enrol people chooses them in the list.</summary>
    private static Html Listed(Visit visit, List<ProspectState> people, Dictionary<long, int> open)
    {
        var mayEnrol = visit.Is(Roles.Rep | Roles.Manager);
        var rows = (Html)$"<ul class=\"rows people\">{people.Select(one => Row(visit, one, open.GetValueOrDefault(one.Prospect.Id), mayEnrol))}</ul>";
        return mayEnrol ? $"<form action=\"{Links.People}/enrol\"><p class=\"toolbar\"><button>Enrol the checked in a flow</button></p>{rows}</form>" : rows;
    }

    private static Html Row(Visit visit, ProspectState known, int open, bool mayChoose) => $"""
        <li class="row">{Html.If(mayChoose, $"<input class=\"pick over\" type=\"checkbox\" name=\"crmId\" value=\"{known.Prospect.CrmId}\" aria-label=\"Choose {Words.Name(known.Prospect)}\">")}<a class="go" href="{Links.Person(known.Prospect.CrmId)}">{Html.Isolate(Words.Name(known.Prospect))}</a>
        <span class="more">{Html.Isolate(Words.Short(known.Prospect.CompanyName ?? known.Prospect.Title ?? "", 60))}</span>
        <span class="soft address">{Html.Isolate(Words.Short(known.Prospect.Email ?? "no address", 60))}</span>
        <span class="badges">{Html.If(open > 0, Parts.Badge("good", Words.Count(open, "open flow")))}{Html.If(known.IsSuppressed, Parts.Badge("bad", "Opted out"))}{Html.If(!known.EmailValid && known.Prospect.Email is not null, Parts.Badge("held", "Bad address"))}</span>
        <span class="when">{visit.Time(known.Prospect.CreatedAt)}</span></li>
        """;
}
