using NodaTime;
using Sluice.Companies;
using Sluice.Engine;
using Sluice.FlowInstances;
using Sluice.Http;
using Sluice.Users;

namespace Sluice.Control.Authoring;

/// <summary>Maps <c>/sluice/v1/users</c>: users and their seats. Users are never deleted, because the history of what they did names them.</summary>
internal static class UserAuthoring
{
    private static readonly UserProfile NoProfile = new([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []);

    public static void MapUserAuthoring(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/sluice/v1/users");

        users.MapGet("", List).Needs(Scopes.Manage, isCounted: false);
        users.MapPost("", Create).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        users.MapGet("/{id}", Get).Needs(Scopes.Manage, isCounted: false);
        users.MapPatch("/{id}", Change).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
    }

    private static Task<IResult> List(Call call, Authors authors) => authors.ReadAsync(call, async desk =>
    {
        if (Cursor.Read(call.ReadQuery().Text("cursor"), call.Caller, "sluice/users", desk.Now) is not { } at)
        {
            return ApiError.BadCursor;
        }

        var store = new UserStore(desk.Tx);
        var (fetched, total) = (await store.ListAsync(call.CompanyId, UserFilter.All, at.After, call.Ct), await store.CountAsync(call.CompanyId, UserFilter.All, call.Ct));
        var page = Page<User>.Cut(fetched, total, at, user => user.Id, next => next.Write(call.Caller, "sluice/users", desk.Now));
        return new Answer<ManagedUsersAnswer>(new(call.RequestId, page.Records, page.Items.ConvertAll(ManagedUser.From)), AuthoringJson.Default.ManagedUsersAnswer);
    });

    private static Task<IResult> Get(string id, Call call, Authors authors) =>
        authors.ReadAsync(call, desk => OnAsync(desk, id, user => Task.FromResult<IResult>(Tell(desk, user))));

    private static Task<IResult> Create(Call call, Authors authors) => authors.WriteAsync(call, async desk =>
    {
        var zone = (await new CompanyStore(desk.Tx).GetAsync(call.CompanyId, call.Ct)).TimeZone;
        var blank = new User(call.CompanyId, desk.Ids.Next(), "", "", "", null, null, null, true, true, zone, null, NoProfile, desk.Now);
        return await WriteAsync(desk, null, Read(desk.Given, blank));
    });

    private static Task<IResult> Change(string id, Call call, Authors authors) =>
        authors.WriteAsync(call, desk => OnAsync(desk, id, user => WriteAsync(desk, user, Read(desk.Given, user))));

    private static async Task<IResult> OnAsync(Desk desk, string id, Func<User, Task<IResult>> work) =>
        WireId.Find(id) is { } userId && await new UserStore(desk.Tx).FindAsync(desk.CompanyId, userId, desk.Call.Ct) is { } user
            ? await work(user)
            : ApiError.NotFound($"There is no user {Given.Echo(id)}");

    private static User Read(Given given, User current)
    {
        var user = current with
        {
            Email = given.Email("email", current.Email),
            FirstName = given.Required("firstName", current.FirstName),
            LastName = given.Text("lastName", current.LastName) ?? "",
            Title = given.Text("title", current.Title),
            PhoneNumber = given.Text("phoneNumber", current.PhoneNumber),
            Active = given.Flag("active", current.Active),
            HasSeat = given.Flag("hasSeat", current.HasSeat),
            TimeZone = Zone(given, current.TimeZone),
            SenderAddress = given.Text("senderAddress", current.SenderAddress),
            Profile = current.Profile with { EmailAliases = given.Texts("emailAliases", current.Profile.EmailAliases, 20) },
        };
        given.RefuseUnknown();
        MustBeEmail("senderAddress", user.SenderAddress);
        foreach (var (i, alias) in user.Profile.EmailAliases.Index())
        {
            MustBeEmail($"emailAliases[{i}]", alias);
        }

        return user;

        void MustBeEmail(string name, string? address)
        {
            if (address is { Length: > 0 } && !EmailAddress.IsValid(address))
            {
                given.Fault(name, $"{Given.Echo(address)} is not a valid email address");
            }
        }
    }

    public static string Zone(Given given, string current)
    {
        var name = given.Required("timeZone", current);
        if (name.Length > 0 && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is null)
        {
            given.Fault("timeZone", $"there is no time zone {Given.Echo(name)}; use an IANA name such as Europe/Berlin");
        }

        return name;
    }

    private static async Task<IResult> WriteAsync(Desk desk, User? current, User user)
    {
        if (user.Email.Length > 0 && await desk.Register.FindUserAsync(user.Email, desk.Call.Ct) is { } other && other.Id != current?.Id)
        {
            desk.Given.Fault("email", $"another user has the address {Given.Echo(user.Email)}");
        }

        if (!desk.Given.IsSound)
        {
            return desk.Refusal;
        }

        var store = new UserStore(desk.Tx);
        await (current is null ? store.AddAsync([user], desk.Call.Ct) : store.UpdateAsync(user, desk.Call.Ct));
        if (current is { MayOwn: true } && !user.MayOwn)
        {
            await new SweepStore(desk.Tx).AddAsync(desk.Ids, desk.CompanyId, FinishReason.NoSeat, user.Id, desk.Now, desk.Call.Ct);
        }

        return Tell(desk, user, current is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static Answer<ManagedUserAnswer> Tell(Desk desk, User user, int status = StatusCodes.Status200OK) =>
        new(new(desk.Call.RequestId, ManagedUser.From(user)), AuthoringJson.Default.ManagedUserAnswer, status);
}

internal sealed record ManagedUserAnswer(string RequestId, ManagedUser User);

internal sealed record ManagedUsersAnswer(string RequestId, PageRecords Records, IReadOnlyList<ManagedUser> Users);

internal sealed record ManagedUser(
    string Id,
    string Email,
    string FirstName,
    string LastName,
    string? Title,
    string? PhoneNumber,
    bool Active,
    bool HasSeat,
    string TimeZone,
    string? SenderAddress,
    IReadOnlyList<string> EmailAliases)
{
    public static ManagedUser From(User user) => new(
        WireId.Write(user.Id), user.Email, user.FirstName, user.LastName, user.Title, user.PhoneNumber, user.Active, user.HasSeat, user.TimeZone,
        user.SenderAddress, user.Profile.EmailAliases);
}
