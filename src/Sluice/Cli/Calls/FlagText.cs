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
        ['@', .. var path] => ReadFile(path, flag),
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
            throw new CliException($"{flag} takes JSON: {fault.Message}", ExitCode.Usage);
        }
    }

    private static string ReadFile(string path, string flag)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{flag}: {fault.Message}");
        }
    }
}
