using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.SignIn;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice users</c>: who may come into the console of a running server.</summary>
internal static class UserCommands
{
    private const string Url = "/sluice/v1/logins";

    public static Command Create() => new Command("users", "Invite people to the console, and change what they may do there.") { Invite(), List(), SetRoles(), Remove() }
        .WithExamples("sluice users list");

    private static Command Invite()
    {
        var email = new Argument<string>("email") { Description = "The e-mail address. A user is added if nobody has it." };
        var (first, last, roles) = (Text("--first-name", "The first name of a user who is added."), Text("--last-name", "The last name of a user who is added."), Roles());
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("invite", "Make a link by which a person sets the password for the console. It is shown once, and works once, for three days.") { email, roles, first, last, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject { ["email"] = given.GetRequiredValue(email) };
            Set(body, "firstName", given.GetValue(first));
            Set(body, "lastName", given.GetValue(last));
            if (given.GetValue(roles) is { Length: > 0 } words)
            {
                body["roles"] = ToJson(words);
            }

            var answer = await client.SendAsync(Url, body, ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? answer.ToJsonString() : $"""
                Give this link to {answer["login"]!["email"]}. It works once, until {answer["invitation"]!["expiresAt"]}:

                {answer["invitation"]!["url"]}
                """);
        });
        return command.WithExamples("sluice users invite ada@example.com --roles operator,manager", "sluice users invite grace@example.com --roles rep --first-name Grace");
    }

    private static Command List()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show who can sign in to the console, and their roles.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var logins = (await client.SendAsync(Url, null, ct))["logins"]!.AsArray();
            Output.Table(
                given.GetValue(asJson),
                logins.ToJsonString(),
                "Nobody can sign in yet. Invite somebody with: sluice users invite ADDRESS --roles operator",
                ["id", "email", "roles", "password", "second factor", "invited until"],
                [.. logins.Select(one => (string[])[$"{one!["id"]}", $"{one["email"]}", string.Join(' ', one["roles"]!.AsArray()), Said(one["hasPassword"]), Said(one["hasSecondFactor"]), $"{one["invitedUntil"] ?? "-"}"])]);
        });
        return command.WithExamples("sluice users list");
    }

    private static Command SetRoles()
    {
        var (id, roles) = (Id(), Roles());
        roles.Required = true;
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("roles", "Set what a user may do in the console. It counts at once.") { id, roles, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var login = (await client.PatchAsync(PathOf(given.GetRequiredValue(id)), new JsonObject { ["roles"] = ToJson(given.GetRequiredValue(roles)) }, ct))["login"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? login.ToJsonString() : $"{login["email"]} has these roles: {string.Join(", ", login["roles"]!.AsArray())}");
        });
        return command.WithExamples("sluice users roles 1695493301223590792 --roles rep,manager");
    }

    private static Command Remove()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("remove", "Take the login of a user away, and end all sessions. The user stays.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await client.DeleteAsync(PathOf(given.GetRequiredValue(id)), ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"removed\":true}" : "Removed.");
        });
        return command.WithExamples("sluice users remove 1695493301223590792");
    }

    private static Argument<string> Id() => new("id") { Description = "The user's id." };

    private static Option<string[]> Roles() => new("--roles") { Description = $"Comma-separated: {string.Join(", ", RoleWords.All)}.", HelpName = "roles" };

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "name" };

    private static JsonArray ToJson(string[] words) => [.. words.SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(word => (JsonNode)word)];

    private static void Set(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static string Said(JsonNode? flag) => (bool?)flag == true ? "yes" : "no";

    private static string PathOf(string id) => $"{Url}/{Uri.EscapeDataString(id)}";
}
