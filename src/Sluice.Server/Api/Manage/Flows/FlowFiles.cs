using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>
/// Converts YAML files to the documents of <c>POST /sluice/v1/apply</c>. Remembers the file, line and column of each field, to show them with the
/// server's errors.
/// </summary>
internal sealed class FlowFiles
{
    private const int MaxDepth = 20;
    private const int MaxNodes = 500_000; // Nested aliases multiply: a small file can expand to billions of nodes.

    private readonly Dictionary<string, string> _places = [];
    private int _nodes;

    public JsonArray Documents { get; } = [];

    /// <summary>Errors of files that are not valid YAML.</summary>
    public List<string> Faults { get; } = [];

    public void Read(string file, string text)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new DepthLimit(new Parser(new StringReader(text))));
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

    /// <param name="error">An error of the server, such as <c>documents[0].steps[1].subject: …</c></param>
    /// <returns>The error with file, line and column instead of <c>documents[0]</c>.</returns>
    public string Locate(string error)
    {
        if (!error.StartsWith("documents[", StringComparison.Ordinal))
        {
            return error;
        }

        for (var path = PathOf(error); path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (_places.TryGetValue(path, out var place))
            {
                var field = error[(error.IndexOf(']', StringComparison.Ordinal) + 1)..];
                return $"{place}: {field.TrimStart('.', ':', ' ')}";
            }
        }

        return error;
    }

    /// <summary>Reads the place of an error. An unknown field has a place of its own: it is named in <c>documents[0]: unknown field `foldr`; …</c></summary>
    private static string PathOf(string error)
    {
        var (path, sentence) = error.IndexOf(": ", StringComparison.Ordinal) is var end and >= 0 ? (error[..end], error[(end + 2)..]) : (error, "");
        return sentence.StartsWith("unknown field `", StringComparison.Ordinal) ? $"{path}.{sentence.Split('`')[1]}" : path;
    }

    private JsonNode? Convert(YamlNode node, string file, string path, int depth)
    {
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw TooMuch(node.Start, node.End);
        }

        _places.TryAdd(path, Place(file, node.Start));
        return node switch
        {
            YamlScalarNode scalar => Value(scalar),
            YamlSequenceNode list => new JsonArray([.. list.Select((item, i) => Convert(item, file, $"{path}[{i}]", depth + 1))]),
            YamlMappingNode mapping => Object(mapping, file, path, depth),
            _ => throw new YamlException(node.Start, node.End, "Expected a value, a list or a mapping."),
        };
    }

    private JsonObject Object(YamlMappingNode mapping, string file, string path, int depth)
    {
        var fields = new JsonObject();
        foreach (var (key, value) in mapping)
        {
            var name = (key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "A field's name must be a string.");
            _places.TryAdd($"{path}.{name}", Place(file, key.Start));
            fields[name] = Convert(value, file, $"{path}.{name}", depth + 1);
        }

        return fields;
    }

    /// <summary>Converts a scalar by the rules of YAML 1.2, except that only whole numbers become numbers. A quoted scalar is a string.</summary>
    private static JsonValue? Value(YamlScalarNode scalar) => (scalar.Style, scalar.Value) switch
    {
        (not ScalarStyle.Plain, var text) => JsonValue.Create(text),
        (_, null or "" or "~" or "null") => null,
        (_, "true") => JsonValue.Create(true),
        (_, "false") => JsonValue.Create(false),
        (_, var text) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        (_, var text) => JsonValue.Create(text),
    };

    private static YamlException TooMuch(Mark start, Mark end) => new(start, end, "The file has too many values, or they are nested too deeply.");

    private static string Place(string file, Mark mark) => string.Create(CultureInfo.InvariantCulture, $"{file}:{mark.Line}:{mark.Column}");

    /// <summary>Ends the reading of a file that is nested too deeply, before the library's own recursion overflows the stack and ends the program.</summary>
    private sealed class DepthLimit(IParser inner) : IParser
    {
        private const int Slack = 4; // The stream and the document count too; Convert says the rest.
        private int _depth;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            var hasMore = inner.MoveNext();
            _depth += hasMore ? inner.Current!.NestingIncrease : 0;
            return _depth <= MaxDepth + Slack ? hasMore : throw TooMuch(inner.Current!.Start, inner.Current!.End);
        }
    }
}
