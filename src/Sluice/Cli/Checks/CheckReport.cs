using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Cli.Shared;
using Sluice.Server.Hosting.Tls;

namespace Sluice.Cli.Checks;

internal enum CheckResult
{
    Ok,
    Warning,
    Failed,
}

/// <summary>What <c>serve --check</c> found out about one thing.</summary>
/// <param name="Name">What was looked at, such as <c>database</c>.</param>
/// <param name="Advice">What to do; null if all is well.</param>
internal sealed record CheckLine(string Name, CheckResult Result, string Text, string? Advice);

/// <summary>Collects what is well and what is not, so that an operator sees all of it at once.</summary>
internal sealed class CheckReport
{
    private const int NameWidth = 12;

    private readonly List<CheckLine> _lines = [];

    public IReadOnlyList<CheckLine> Lines => _lines;

    public bool IsOk => !_lines.Exists(line => line.Result == CheckResult.Failed);

    public void Ok(string name, string text) => _lines.Add(new CheckLine(name, CheckResult.Ok, text, null));

    public void Warn(string name, string text, string advice) => _lines.Add(new CheckLine(name, CheckResult.Warning, text, advice));

    public void Fail(string name, string text, string advice) => _lines.Add(new CheckLine(name, CheckResult.Failed, text, advice));

    /// <summary>Reads a setting as <c>serve</c> would. The check goes on if it is wrong.</summary>
    /// <returns>False if it is wrong.</returns>
    public bool TryRead<T>(string name, Func<T> read, out T? value)
    {
        try
        {
            value = read();
            return true;
        }
        catch (Exception fault) when (fault is CliException or TlsFilesException)
        {
            Fail(name, fault.Message, "The server would not start: correct this setting.");
            value = default;
            return false;
        }
    }

    /// <summary>Reads a setting that a check needs besides its own.</summary>
    /// <returns>Null: it is wrong, which its own check says; or there is none.</returns>
    public static T? Quietly<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is CliException or TlsFilesException)
        {
            return null;
        }
    }

    public void Print(TextWriter output, bool asJson, int width)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new CheckAnswer(IsOk, _lines), CheckJson.Default.CheckAnswer));
            return;
        }

        foreach (var line in _lines)
        {
            var margin = $"{Word(line.Result),-7}  {line.Name,-NameWidth}  ";
            Output.Lines(output, Output.ReplaceControlCharacters(margin + line.Text), width, margin.Length);
            if (line.Advice is { } advice)
            {
                Output.Lines(output, Output.ReplaceControlCharacters($"{new string(' ', margin.Length)}→ {advice}"), width, 2);
            }
        }

        var (failed, warnings) = (_lines.Count(line => line.Result == CheckResult.Failed), _lines.Count(line => line.Result == CheckResult.Warning));
        output.WriteLine($"{(failed > 0 ? "The server would not work" : "The server can start")}: {failed} failed, {warnings} {(warnings == 1 ? "warning" : "warnings")}. Nothing was changed.");
    }

    private static string Word(CheckResult result) => result switch
    {
        CheckResult.Ok => "ok",
        CheckResult.Warning => "warning",
        _ => "failed",
    };
}

internal sealed record CheckAnswer(bool Ok, IReadOnlyList<CheckLine> Checks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(ResultConverter)])]
[JsonSerializable(typeof(CheckAnswer))]
internal sealed partial class CheckJson : JsonSerializerContext;

/// <summary>Writes <c>ok</c>, <c>warning</c> and <c>failed</c>.</summary>
internal sealed class ResultConverter() : JsonStringEnumConverter<CheckResult>(JsonNamingPolicy.CamelCase);
