using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Server.Docs;

namespace Sluice.Cli.Calls;

/// <summary>Makes a call to paste from the examples of the OpenAPI document: the required flags, and the first optional field of a body.</summary>
internal static class CallExample
{
    private static readonly SchemaReader Schemas = new([]); // The schemas of a CalledOperation refer to no other schema.

    public static string Of(CalledOperation operation) =>
        string.Join(' ', ["sluice", "call", operation.Name, .. Parameters(operation), .. operation.IsUpload ? ["--data-file", "contacts.jsonl"] : Body(operation)]);

    private static IEnumerable<string> Parameters(CalledOperation operation) =>
        from flag in operation.Flags
        where flag is { Place: FlagPlace.Path or FlagPlace.Query, IsRequired: true }
        from word in (string[])[flag.Flag, Value(Schemas.Example(flag.Schema, withOptionalFields: false))]
        select word;

    private static IEnumerable<string> Body(CalledOperation operation) => (operation.Body is null ? null : Schemas.Example(operation.Body, withOptionalFields: false)) switch
    {
        JsonArray items => ["--items", Value(items)],
        JsonObject fields => fields.SelectMany(field => (string[])[$"--{CalledOperation.Kebab(field.Key)}", Value(field.Value)]),
        _ => [],
    };

    private static string Value(JsonNode? example) => CommonOptions.QuoteForShell(example switch
    {
        JsonArray words when words.All(word => word is JsonValue) => string.Join(',', words.Select(word => word!.ToString())),
        JsonValue one => one.ToString(),
        null => "",
        _ => ApiDocument.Text(example, isIndented: false),
    });
}
