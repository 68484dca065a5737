using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Instances;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.People;

/// <summary>Puts chosen people into a flow, after a look at what would happen: who is let in, and when each step would be due.</summary>
internal static class EnrolEndpoints
{
    /// <summary>As many as an assignment takes.</summary>
    public const int MaxPeople = 200;

    private const int MaxFlows = 500;
    private const int MaxUsers = 500;

    public static void MapEnrol(this RouteGroupBuilder console)
    {
        console.MapGet("/people/enrol", Show);
        console.MapPost("/people/enrol", Assign);
    }

    private static async Task<IResult> Show(Visit visit, Db db, UserStore users, ResolveAssignment resolve, StepStore steps, MailDelivery delivery, Profile profile, TimeProvider clock)
    {
        var asked = await ReadAsync(visit, db, users, visit.Query("flow"), visit.Query("owner"), visit.Call.Request.Query["crmId"]);
        if (asked is not { Flow: not null, Owner: not null, People.Count: > 0 })
        {
            return Page(visit, asked, null);
        }

        return await PlanEndpoints.Plan(visit.Call.ToApi(asked.ToBody()), resolve, db, steps, delivery, profile, clock) switch
        {
            Answer<PlanAnswer> plan => Page(visit, asked, plan.Body),
            var answer => Page(visit, asked, null, WhyNot((ApiError)answer), ((ApiError)answer).Status),
        };
    }

    private static async Task<IResult> Assign(Visit visit, Db db, UserStore users, ResolveAssignment resolve, AssignProspects assign)
    {
        var asked = await ReadAsync(visit, db, users, visit.Field("flow"), visit.Field("owner"), visit.Call.Request.Form["crmId"]);
        if (asked is not { Flow: { } flow, Owner: { } owner, People.Count: > 0 })
        {
            return Page(visit, asked, null, "Choose a flow and an owner first.", StatusCodes.Status400BadRequest);
        }

        if ((await resolve.RunAsync(visit.CompanyId, flow.Id, owner.Email, visit.Ct)).Target is not { } target)
        {
            return Page(visit, asked, null, WhyNot(null), StatusCodes.Status409Conflict);
        }

        visit.NoteBefore($"flow {WireId.Write(flow.Id)}");
        var outcome = await assign.RunAsync(new Assignment(target.Flow, target.Owner, [.. asked.People.Select(one => one.Prospect.CrmId)], CoolOffOverride: false, null), visit.Actor(), visit.Ct);
        return outcome is { Assigned: [var only], NotAssigned: [] }
            ? Notice.Redirect(Links.Person(only.CrmProspectId), "enrolled")
            : ConsolePage.Of(
                visit, "people", "Enrolled", EnrolView.Done(asked, outcome), Html.Isolate(flow.Name), outcome.Assigned.Count == 0 ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);
    }

    private static async Task<EnrolAsked> ReadAsync(Visit visit, Db db, UserStore users, string? flowId, string? ownerEmail, IEnumerable<string?> crmIds)
    {
        var chosen = crmIds.OfType<string>().Where(Prospect.IsPossibleCrmId).Distinct(StringComparer.Ordinal).Take(MaxPeople).ToList();
        var people = (await new ProspectStore(db).FindAsync(visit.CompanyId, chosen, visit.Ct)).OrderBy(one => Words.Name(one.Prospect), StringComparer.OrdinalIgnoreCase).ToList();
        var flows = await FlowsAsync(visit, db);
        var flow = flowId is null ? null : flows.Find(one => WireId.Write(one.Id) == flowId);
        var owners = await OwnersAsync(visit, users);
        return new EnrolAsked(people, flows, owners)
        {
            Flow = flow,
            OwnerEmail = ownerEmail,
            Owner = flow is null ? null : await OwnerAsync(visit, users, owners, flow, ownerEmail),
        };
    }

    private static async Task<List<Flow>> FlowsAsync(Visit visit, Db db)
    {
        var (store, flows, after) = (new FlowAuthoringStore(db), new List<Flow>(), long.MinValue);
        while (flows.Count < MaxFlows && await store.ListAsync(visit.CompanyId, after, visit.Ct) is { Count: > 0 } page)
        {
            flows.AddRange(page);
            after = page[^1].Id;
        }

        return [.. flows.Where(flow => flow.Enabled).OrderBy(flow => flow.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Those to whom the reader may give people: a representative only to himself.</summary>
    private static async Task<List<User>> OwnersAsync(Visit visit, UserStore users) =>
    [
        .. (await users.ListAsync(visit.CompanyId, UserFilter.All, long.MinValue, MaxUsers, visit.Ct))
            .Where(user => user.MayOwnInstances && visit.MaySee(user.Id, Roles.Manager)).OrderBy(user => user.FullName, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The owner who was chosen. If none was: the reader, or else the owner of the flow.</summary>
    private static async Task<User?> OwnerAsync(Visit visit, UserStore users, List<User> owners, Flow flow, string? email) =>
        email is not null ? owners.Find(user => user.Email.Equals(email, StringComparison.OrdinalIgnoreCase))
        : owners.Find(user => user.Id == visit.Visitor?.User.Id) ?? (visit.Is(Roles.Manager) ? await users.FindAsync(visit.CompanyId, flow.OwnerId, visit.Ct) : null);

    private static string WhyNot(ApiError? refusal) => refusal is null or { Status: StatusCodes.Status404NotFound }
        ? "This owner does not see this flow, because it is private or shared with others only. Choose another owner."
        : string.Join(' ', refusal.Errors.Select(Words.Sentence));

    private static ConsolePage Page(Visit visit, EnrolAsked asked, PlanAnswer? plan, string? alert = null, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "people", "Enrol in a flow", EnrolView.Of(visit, asked, plan, alert), (Html)$"{Words.People(asked.People.Count)}", status);
}

/// <summary>Who is to enter which flow, as far as it is chosen.</summary>
/// <param name="Flows">Those that take people.</param>
/// <param name="Owners">Those among whom the reader can choose.</param>
internal sealed record EnrolAsked(IReadOnlyList<ProspectState> People, List<Flow> Flows, List<User> Owners)
{
    public Flow? Flow { get; init; }

    /// <summary>What was chosen; null: nobody.</summary>
    public string? OwnerEmail { get; init; }

    public User? Owner { get; init; }

    /// <summary>The body of the API's plan and assignment.</summary>
    public JsonObject ToBody() => new()
    {
        ["flowId"] = Flow is null ? null : WireId.Write(Flow.Id), ["flowInstanceOwnerEmail"] = Owner?.Email, ["crmProspectsIds"] = JsonTexts.Of(People.Select(one => one.Prospect.CrmId)),
    };
}
