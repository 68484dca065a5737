using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Api.Manage.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>One user: the name, the address that mail comes from, the seat, and whether the user is active. The form makes the call of the API.</summary>
internal static class UserPages
{
    private static readonly string[] Texts = ["email", "firstName", "lastName", "title", "phoneNumber", "timeZone", "senderAddress"];

    public static void MapUserPages(this RouteGroupBuilder console)
    {
        console.MapGet("/settings/users/{id}", Show);
        console.MapPost("/settings/users/{id}", Change);
    }

    private static Task<IResult> Show(string id, Visit visit, UserStore users) => WithUserAsync(id, visit, users, user => Task.FromResult<IResult>(Page(visit, user, FormFields.Now(Fields(user)), StatusCodes.Status200OK)));

    private static Task<IResult> Change(string id, Visit visit, UserStore users, AuthoringRequests requests) => WithUserAsync(id, visit, users, async user =>
    {
        visit.NoteBefore($"user {id}", Fields(user));
        var body = new JsonObject { ["active"] = visit.Field("active") is not null, ["hasSeat"] = visit.Field("hasSeat") is not null };
        foreach (var name in Texts)
        {
            body[name] = visit.Field(name);
        }

        return await UserAuthoring.Change(id, visit.Call.ToApi(body), requests) is ApiError refusal
            ? Page(visit, user, FormFields.Of(visit, refusal), refusal.Status)
            : Notice.Redirect(Links.SettingsUsers, "user");
    });

    private static async Task<IResult> WithUserAsync(string id, Visit visit, UserStore users, Func<User, Task<IResult>> work) =>
        WireId.Find(id) is { } userId && await users.FindAsync(visit.CompanyId, userId, visit.Ct) is { } user ? await work(user) : ConsolePage.NotFound(visit, "settings", "user");

    private static ConsolePage Page(Visit visit, User user, FormFields fields, int status) => ConsolePage.Of(visit, "settings", user.FullName, View(visit, user, fields), status: status);

    private static (string Name, string? Value)[] Fields(User user) =>
    [
        ("email", user.Email), ("firstName", user.FirstName), ("lastName", user.LastName), ("title", user.Title), ("phoneNumber", user.PhoneNumber), ("timeZone", user.TimeZone),
        ("senderAddress", user.SenderAddress), ("active", FormFields.Box(user.Active)), ("hasSeat", FormFields.Box(user.HasSeat)),
    ];

    private static Html View(Visit visit, User user, FormFields fields)
    {
        var id = WireId.Write(user.Id);
        var form = visit.Form($"{Links.SettingsUsers}/{id}", $"""
            <div class="two"><div class="stack">
            {fields.Input("email", "E-mail address", $"With it, the user is named and signs in.", type: "email", required: true, max: 254)}
            {fields.Input("firstName", "First name", required: true)}
            {fields.Input("lastName", "Last name")}
            {fields.Input("title", "Title")}
            {fields.Input("phoneNumber", "Phone number")}
            </div><div class="stack">
            {fields.Input("timeZone", "Time zone", $"Steps of this user's flows are due in it.", place: "Europe/Berlin", required: true)}
            {fields.Input("senderAddress", "Mail comes from", $"Empty: the e-mail address.", type: "email", max: 254)}
            {fields.Flag("hasSeat", "Has a seat", $"Without one, the user owns no flow of a person: those that are open end.")}
            {fields.Flag("active", "Is active", $"Who is not active cannot sign in, and owns no flow of a person.")}
            </div></div>
            <p><button class="main">Save</button> <a class="button" href="{Links.SettingsUsers}">Cancel</a></p>
            """);
        return $"""
            {SettingsView.Tabs("users")}
            {fields.Alert()}
            <section class="card">{form}</section>
            {visit.Curl($"/sluice/v1/users/{id}")}
            """;
    }
}
