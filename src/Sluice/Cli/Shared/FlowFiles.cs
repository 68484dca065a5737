using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sluice.Cli.Shared;

/// <summary>YAML files as the documents of <c>POST /sluice/v1/apply</c>, and where in which file each field stands, so that what the server finds wrong is told there.</summary>
internal sealed class FlowFiles
{
    private const int MaxDepth = 20;
    private const int MaxNodes = 500_000; // An alias may name a node that is full of aliases.

    private readonly Dictionary<string, string> _places = [];
    private int _nodes;

    public JsonArray Documents { get; } = [];

    /// <summary>What is no YAML.</summary>
    public List<string> Faults { get; } = [];

    public void Read(string file, string text)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            foreach (var document in yaml.Documents)
            {
                Documents.Add(Convert(document.RootNode, file, $"documents[{Documents.Count}]", 0));
            }
        }
        catch (YamlException fault)
        {
            Faults.Add($"{Place(file, fault.Start)}: {fault.Message}");
        }
    }

    /// <param name="error">As the server said it: <c>documents[0].steps[1].subject: …</c></param>
    /// <returns>With file, line and column in the place of the document.</returns>
    public string Locate(string error)
    {
        if (!error.StartsWith("documents[", StringComparison.Ordinal))
        {
            return error;
        }

        var end = error.IndexOf(": ", StringComparison.Ordinal);
        for (var path = error[..(end < 0 ? error.Length : end)]; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (_places.TryGetValue(path, out var place))
            {
                var field = error[(error.IndexOf(']', StringComparison.Ordinal) + 1)..];
                return $"{place}: {field.TrimStart('.', ':', ' ')}";
            }
        }

        return error;
    }

    private JsonNode? Convert(YamlNode node, string file, string path, int depth)
    {
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw new YamlException(node.Start, node.End, "There is more in it, or it lies deeper, than a flow can have.");
        }

        _places.TryAdd(path, Place(file, node.Start));
        return node switch
        {
            YamlScalarNode scalar => Value(scalar),
            YamlSequenceNode list => new JsonArray([.. list.Select((item, i) => Convert(item, file, $"{path}[{i}]", depth + 1))]),
            YamlMappingNode mapping => Object(mapping, file, path, depth),
            _ => throw new YamlException(node.Start, node.End, "This has no meaning here."),
        };
    }

    private JsonObject Object(YamlMappingNode mapping, string file, string path, int depth)
    {
        var fields = new JsonObject();
        foreach (var (key, value) in mapping)
        {
            var name = (key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "A field's name should be a text.");
            _places.TryAdd($"{path}.{name}", Place(file, key.Start));
            fields[name] = Convert(value, file, $"{path}.{name}", depth + 1);
        }

        return fields;
    }

    /// <summary>As YAML 1.2 reads it, with whole numbers only; whatever is quoted is a text.</summary>
    private static JsonValue? Value(YamlScalarNode scalar) => (scalar.Style, scalar.Value) switch
    {
        (not ScalarStyle.Plain, var text) => JsonValue.Create(text),
        (_, null or "" or "~" or "null") => null,
        (_, "true") => JsonValue.Create(true),
        (_, "false") => JsonValue.Create(false),
        (_, var text) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        (_, var text) => JsonValue.Create(text),
    };

    private static string Place(string file, Mark mark) => string.Create(CultureInfo.InvariantCulture, $"{file}:{mark.Line}:{mark.Column}");
}
