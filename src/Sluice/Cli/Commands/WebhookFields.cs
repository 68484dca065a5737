using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary>The options that <c>sluice webhooks add</c> and <c>change</c> share.</summary>
internal sealed class WebhookFields
{
    private readonly Option<string[]> _types = new("--types") { Description = "Which types of events, comma-separated; the word all for all. Default: all.", HelpName = "types" };
    private readonly Option<string?> _description = new("--description") { Description = "What it is for.", HelpName = "text" };
    private readonly Option<bool?> _ordered = new("--ordered") { Description = "true: the next event of a flow instance waits until its last one was delivered or given up." };
    private readonly Option<bool?> _includeText = new("--include-text") { Description = "true: events of mail carry its subject and body." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_types, _description, _ordered, _includeText])
        {
            command.Options.Add(option);
        }
    }

    /// <returns>The fields that were given.</returns>
    public JsonObject Read(ParseResult given)
    {
        var body = new JsonObject();
        if (CommonOptions.Split(given.GetValue(_types)) is { Count: > 0 } types)
        {
            body["types"] = types is ["all"] ? [] : new JsonArray([.. types.Select(type => JsonValue.Create(type))]);
        }

        Set(body, "description", given.GetValue(_description));
        Set(body, "ordered", given.GetValue(_ordered));
        Set(body, "includeText", given.GetValue(_includeText));
        return body;
    }

    public static void Set(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
