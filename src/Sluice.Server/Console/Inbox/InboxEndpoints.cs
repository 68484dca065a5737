using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Server.Api.Manage.Mail;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Inbox;

/// <summary>What came in, and what it was taken for; and the mail of which a person has to say whether it left.</summary>
internal static class InboxEndpoints
{
    private const int Limit = 50;
    private const int Piece = 1000;

    public static void MapInbox(this RouteGroupBuilder console)
    {
        console.MapGet("/inbox", List);
        console.MapGet("/inbox/csv", Csv);
    }

    private static async Task<IResult> List(Visit visit, Db db)
    {
        var type = TypeOf(visit);
        var store = new HeardStore(db);
        var before = visit.Query("before") is { } id ? await store.FindAsync(visit.CompanyId, id, visit.Ct) : null;
        var heard = await store.ListAsync(visit.CompanyId, type?.ToString(), before, Limit, visit.Ct);
        var uncertain = (await new MessageStore(db).ListUncertainAsync(visit.CompanyId, visit.Ct)).FindAll(mail => visit.MaySee(mail.SenderId, Roles.Manager | Roles.Operator));
        var people = await PeopleAsync(visit, db, heard);
        var last = heard.Count == Limit ? heard[^1].MessageId : null;
        var shown = Shown(visit, heard, people);
        var asks = await new OpenToDoStore(db).FindAsync(visit.CompanyId, [.. shown.Select(one => one.FlowInstanceId).OfType<long>().Distinct()], visit.Ct);
        return ConsolePage.Of(visit, "inbox", "Inbox", InboxView.Of(visit, type, shown, people, asks, uncertain, last), isLive: true);
    }

    /// <summary>Writes what the list shows, out of the newest messages: no index finds those of one representative.</summary>
    private static async Task<IResult> Csv(Visit visit, Db db)
    {
        var (type, store, shown) = (TypeOf(visit), new HeardStore(db), new List<ListedInbound>());
        ListedInbound? last = null;
        for (var read = 0; read < ListCsv.MaxRows && await store.ListAsync(visit.CompanyId, type?.ToString(), last, Piece, visit.Ct) is { Count: > 0 } heard; read += heard.Count)
        {
            shown.AddRange(Shown(visit, heard, await PeopleAsync(visit, db, heard)));
            last = heard[^1];
        }

        return ListCsv.Of(visit, "inbox", new Answer<HeardAnswer>(new(visit.Call.RequestId, shown.ConvertAll(one => HeardMail.Of(one, visit.Zone))), HeardJson.Default.HeardAnswer));
    }

    private static InboundType? TypeOf(Visit visit) => Enum.TryParse<InboundType>(visit.Query("type"), ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null;

    private static List<ListedInbound> Shown(Visit visit, List<ListedInbound> heard, Dictionary<long, Prospect> people) =>
        visit.OnlyOwnUnless(Roles.Manager | Roles.Operator) is null ? heard : heard.FindAll(one => one.FlowInstanceId is { } id && people.ContainsKey(id));

    /// <summary>Finds of whom the messages are, by the instance to which each belongs: for a representative, only by the own ones.</summary>
    private static async Task<Dictionary<long, Prospect>> PeopleAsync(Visit visit, Db db, List<ListedInbound> heard)
    {
        var instances = (await new FlowInstanceStore(db).ListAsync(visit.CompanyId, [.. heard.Select(one => one.FlowInstanceId).OfType<long>().Distinct()], visit.Ct))
            .Where(one => visit.MaySee(one.Instance.OwnerId, Roles.Manager | Roles.Operator)).ToList();
        var people = (await new ProspectStore(db).FindAsync(visit.CompanyId, [.. instances.Select(one => one.CrmId).Distinct()], visit.Ct)).ToDictionary(one => one.Prospect.CrmId, one => one.Prospect);
        return instances.Where(one => people.ContainsKey(one.CrmId)).ToDictionary(one => one.Instance.Id, one => people[one.CrmId]);
    }
}
