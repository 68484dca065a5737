using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice oauth-apps</c>: the OAuth applications of a company, on a running server.</summary>
internal static class OAuthAppCommands
{
    private const string Url = "/sluice/v1/oauth-apps";

    public static Command Create() => new Command("oauth-apps", "Add, list and remove the OAuth applications that may ask a company for access.") { Add(), List(), Remove() }
        .WithExamples("sluice oauth-apps list");

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "The application's name, as the consent page shows it." };
        var uris = new Option<string[]>("--redirect-uri") { Description = "Where a browser may be sent with a code, letter by letter. May be repeated.", HelpName = "url", Required = true };
        var scopes = new Option<string[]>("--scopes") { Description = "The most that it may ask for, comma-separated. Default: all scopes of /v2.", HelpName = "scopes" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("add", "Add an application. Its secret is shown once, and never again.") { name, uris, scopes, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject { ["name"] = given.GetRequiredValue(name), ["redirectUris"] = ListOf(given.GetRequiredValue(uris)) };
            if (CommonOptions.Split(given.GetValue(scopes)) is { Count: > 0 } some)
            {
                body["scopes"] = ListOf(some);
            }

            var app = (await client.SendAsync(Url, body, ct))["app"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? app.ToJsonString() : $"""
                Added the application "{app["name"]}". Save the secret now: it is not stored and cannot be shown again.

                  Id             {app["id"]}
                  Client id      {app["clientId"]}
                  Client secret  {app["clientSecret"]}
                """);
        });
        return command.WithExamples("sluice oauth-apps add \"My integration\" --redirect-uri http://localhost:3000/callback");
    }

    private static Command List()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show the applications. Their secrets are not stored, so they cannot be shown.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var apps = (await client.SendAsync(Url, null, ct))["apps"]!.AsArray();
            Output.Table(
                given.GetValue(asJson),
                apps.ToJsonString(),
                "There is no OAuth application yet. Add one with: sluice oauth-apps add NAME --redirect-uri URL",
                ["id", "name", "client id", "redirect URIs", "scopes"],
                [.. apps.Select(app => (string[])[$"{app!["id"]}", $"{app["name"]}", $"{app["clientId"]}", Join(app["redirectUris"]), Join(app["scopes"])])]);
        });
        return command.WithExamples("sluice oauth-apps list");
    }

    private static Command Remove()
    {
        var id = new Argument<string>("id") { Description = "The application's id." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("remove", "Remove an application with all its tokens. Running servers refuse them within a second.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await client.DeleteAsync($"{Url}/{Uri.EscapeDataString(given.GetRequiredValue(id))}", ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"removed\":true}" : "Removed.");
        });
        return command.WithExamples("sluice oauth-apps remove 1695493301223590792");
    }

    private static JsonArray ListOf(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    private static string Join(JsonNode? list) => string.Join(", ", list!.AsArray());
}
