using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Writes a document as readable YAML, which <see cref="FlowFiles"/> reads back unchanged.</summary>
internal static class YamlText
{
    public const string Between = "---\n";

    private static readonly string[] Words = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"];

    /// <summary>Writes documents into one text, as <c>sluice export</c> prints them.</summary>
    public static string Write(IEnumerable<JsonObject> documents) => string.Join(Between, documents.Select(Write));

    public static string Write(JsonObject document)
    {
        var text = new StringWriter { NewLine = "\n" };
        var yaml = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        yaml.Emit(new StreamStart());
        yaml.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(yaml, document);
        yaml.Emit(new DocumentEnd(isImplicit: true));
        yaml.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter yaml, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                yaml.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, fields.All(field => field.Value is JsonValue) && fields.Count == 1 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in fields)
                {
                    yaml.Emit(new Scalar(name));
                    Write(yaml, value);
                }

                yaml.Emit(new MappingEnd());
                break;
            case JsonArray items:
                yaml.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, items.All(item => item is JsonValue) ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in items)
                {
                    Write(yaml, item);
                }

                yaml.Emit(new SequenceEnd());
                break;
            default:
                yaml.Emit(node?.GetValueKind() == JsonValueKind.String ? Text((string)node!) : new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    /// <summary>Quotes every string that some YAML reader could take for something else.</summary>
    private static Scalar Text(string text) => new(AnchorName.Empty, TagName.Empty, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle StyleOf(string text)
    {
        if (text.Contains('\n', StringComparison.Ordinal) && IsPlainBlock(text))
        {
            return ScalarStyle.Literal;
        }

        return text.Any(letter => letter is < ' ' or > '\uD7FF' or (>= '\u007F' and <= '\u00A0') or '\u2028' or '\u2029') || Words.Contains(text.ToLowerInvariant()) || char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'
            ? ScalarStyle.DoubleQuoted
            : ScalarStyle.Any;
    }

    /// <summary>Whether a literal block preserves the text: it would lose spaces at line ends and control characters.</summary>
    private static bool IsPlainBlock(string text) =>
        !char.IsWhiteSpace(text[0])
        && !text.Contains(" \n", StringComparison.Ordinal)
        && !text.EndsWith("\n\n", StringComparison.Ordinal)
        && !text.EndsWith(' ')
        && text.All(letter => letter is '\n' or (>= ' ' and < '\u007F') or (> '\u00A0' and <= '\uD7FF' and not '\u2028' and not '\u2029'));
}
