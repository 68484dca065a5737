using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

/// <summary>Reads the value of a flag: as typed, from a file, or from standard input.</summary>
internal static class FlagText
{
    public static string Read(string given, string flag) => given switch
    {
        "@-" => Console.In.ReadToEnd(),
        ['@', .. var path] => InputFile.ReadText(path, flag),
        _ => given,
    };

    /// <summary>Parses JSON. Numbers keep all digits: they stay text until they are written again.</summary>
    public static JsonNode Json(string text, string flag)
    {
        try
        {
            return JsonNode.Parse(text) ?? throw new CliException($"{flag} takes JSON that is not null.", ExitCode.Usage);
        }
        catch (JsonException fault)
        {
            throw new CliException($"{flag} takes JSON: {Reason(fault)}", ExitCode.Usage);
        }
    }

    /// <summary>The parser's sentence, with the place as people count it instead of as <c>LineNumber: 0 | BytePositionInLine: 6.</c></summary>
    private static string Reason(JsonException fault)
    {
        var sentence = fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
        return fault.LineNumber is { } line ? $"{sentence} (line {line + 1}, byte {fault.BytePositionInLine + 1})." : $"{sentence}.";
    }
}
