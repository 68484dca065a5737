using System.Text.Json.Serialization;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Users;

/// <summary>Maps <c>/sluice/v1/users</c>: users and their seats. Users are never deleted, because the history of what they did names them.</summary>
internal static class UserAuthoring
{
    public static void MapUserAuthoring(this RouteGroupBuilder manage)
    {
        var users = manage.MapGroup("/users");

        users.MapGet("", List).Takes("cursor").WithDescription(ManagedUserDescription.List);
        users.MapPost("", Create).ReadsObject().WithDescription(ManagedUserDescription.Create);
        users.MapGet("/{id}", Get).WithDescription(ManagedUserDescription.Get);
        users.MapPatch("/{id}", Change).ReadsObject().WithDescription(ManagedUserDescription.Change);
    }

    private static Task<IResult> List(Call call, AuthoringRequests requests) => requests.ReadAsync(call, async request =>
    {
        if (Cursor.Read(call.ReadQuery().OptionalText("cursor", isKept: false), call.Caller, "sluice/users", request.Session.Now) is not { } at)
        {
            return ApiError.BadCursor;
        }

        var store = new UserStore(request.Session.Tx);
        var (fetched, total) = (await store.ListAsync(call.CompanyId, UserFilter.All, at.After, Paging.PageSize, call.Ct), await store.CountAsync(call.CompanyId, UserFilter.All, call.Ct));
        var page = Page<User>.Cut(fetched, Paging.PageSize, total, at, user => user.Id, next => next.Write(call.Caller, "sluice/users", request.Session.Now));
        return new Answer<ManagedUsersAnswer>(new(call.RequestId, page.Records, page.Items.ConvertAll(ManagedUser.From)), ManagedUserJson.Default.ManagedUsersAnswer);
    });

    private static Task<IResult> Get(string id, Call call, AuthoringRequests requests) =>
        requests.ReadAsync(call, request => WithUserAsync(request, id, user => Task.FromResult<IResult>(ToAnswer(request, user))));

    private static Task<IResult> Create(Call call, AuthoringRequests requests) => requests.WriteAsync(call, async request =>
    {
        var zone = (await new CompanyStore(request.Session.Tx).GetAsync(call.CompanyId, call.Ct)).TimeZone;
        var blank = new User(call.CompanyId, request.Session.Ids.Next(), "", "", "", null, null, null, true, true, zone, null, UserProfile.None, request.Session.Now);
        return await WriteAsync(request, null, Read(request.Reader, blank));
    });

    internal static Task<IResult> Change(string id, Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WithUserAsync(request, id, user => WriteAsync(request, user, Read(request.Reader, user))));

    private static async Task<IResult> WithUserAsync(AuthoringRequest request, string id, Func<User, Task<IResult>> work) =>
        WireId.Find(id) is { } userId && await new UserStore(request.Session.Tx).FindAsync(request.Session.CompanyId, userId, request.Session.Ct) is { } user
            ? await work(user)
            : ApiError.NotFound($"There is no user {RequestReader.Echo(id)}");

    private static User Read(RequestReader given, User current)
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
            TimeZone = ReadZone.From(given, current.TimeZone),
            SenderAddress = ReadAddress("senderAddress", given.Text("senderAddress", current.SenderAddress)),
            Profile = current.Profile with
            {
                EmailAliases = [.. given.Texts("emailAliases", current.Profile.EmailAliases, 20).Select((alias, i) => ReadAddress($"emailAliases[{i}]", alias)!).Distinct()],
            },
        };

        return user;

        string? ReadAddress(string name, string? text)
        {
            var address = text is null or "" ? text : EmailAddress.Read(text);
            if (address is null && text is not null)
            {
                given.Fault(name, $"{RequestReader.Echo(text)} is not a valid email address");
            }

            return address ?? text;
        }
    }

    private static async Task<IResult> WriteAsync(AuthoringRequest request, User? current, User user)
    {
        if (user.Email.Length > 0 && await request.Session.Names.FindUserAsync(user.Email, request.Session.Ct) is { } other && other.Id != current?.Id)
        {
            request.Reader.Fault("email", $"another user has the address {RequestReader.Echo(user.Email)}");
        }

        if (!request.Reader.IsSound)
        {
            return request.Refusal;
        }

        var store = new UserStore(request.Session.Tx);
        await (current is null ? store.AddAsync([user], request.Session.Ct) : store.UpdateAsync(user, request.Session.Ct));
        if (current is { MayOwnInstances: true } && !user.MayOwnInstances)
        {
            await new SweepStore(request.Session.Tx).AddAsync(request.Session.Ids, request.Session.CompanyId, FinishReason.NoSeat, user.Id, request.Session.Now, request.Session.Ct);
        }

        return ToAnswer(request, user, current is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static Answer<ManagedUserAnswer> ToAnswer(AuthoringRequest request, User user, int status = StatusCodes.Status200OK) =>
        new(new(request.Call.RequestId, ManagedUser.From(user)), ManagedUserJson.Default.ManagedUserAnswer, status);
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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManagedUserAnswer))]
[JsonSerializable(typeof(ManagedUsersAnswer))]
internal sealed partial class ManagedUserJson : JsonSerializerContext;
