using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sluice.Fuzz;

/// <summary>What must hold of every answer, whatever was asked.</summary>
internal static partial class AnswerChecks
{
    /// <summary>Statuses of requests that never reach an operation's own rules; no page of the API lists them.</summary>
    private static readonly int[] OfNoPage = [404, 405, 413, 414, 415, 431];

    /// <returns>What is wrong with the answer.</returns>
    public static IEnumerable<string> FaultsOf(FuzzOperation operation, FuzzRequest request, FuzzAnswer answer)
    {
        if (answer.Status is 0 or >= 500)
        {
            return [answer.Status == 0 ? "The server closed the connection without an answer" : $"Status {answer.Status}"];
        }

        if (operation.IsPage || answer.IsOfHead || IsOfKestrel(answer))
        {
            return [];
        }

        var envelope = WhyNoEnvelope(answer);
        var isListed = operation.Statuses.Count == 0 || operation.Statuses.Contains(answer.Status) || OfNoPage.Contains(answer.Status) || answer.Status < 300
            || !operation.IsReachedBy(request);
        return [.. envelope is null ? Array.Empty<string>() : [envelope], .. isListed ? Array.Empty<string>() : [$"Status {answer.Status}, which the operation's page does not list"]];
    }

    /// <returns>The cursor in the answer; null if there is none.</returns>
    public static string? CursorIn(FuzzAnswer answer)
    {
        using var document = Parse(answer);
        return document?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("records", out var records)
            && records.ValueKind == JsonValueKind.Object && records.TryGetProperty("cursor", out var cursor) ? cursor.GetString() : null;
    }

    /// <summary>Whether Kestrel refused the request before the server saw it. It sends no body then.</summary>
    private static bool IsOfKestrel(FuzzAnswer answer) => answer is { Status: 400 or 414 or 431, Body.Length: 0 } && answer.Header("x-traceid") is null;

    private static string? WhyNoEnvelope(FuzzAnswer answer)
    {
        if (answer.Header("content-type") != "application/json;charset=UTF-8")
        {
            return $"The content type is {answer.Header("content-type") ?? "missing"}";
        }

        using var document = Parse(answer);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return "The body is not a JSON object";
        }

        return !root.TryGetProperty("requestId", out var id) || id.ValueKind != JsonValueKind.String || !RequestId().IsMatch(id.GetString()!) ? "There is no requestId"
            : answer.Header("x-traceid") != id.GetString() ? "The header x-traceid is not the requestId"
            : answer.Status >= 400 ? WhyNoErrors(root)
            : root.TryGetProperty("errors", out _) && !root.TryGetProperty("totalErrorCount", out _) ? "A good answer has errors"
            : null;
    }

    private static string? WhyNoErrors(JsonElement root) =>
        !root.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0 ? "There is no list of errors"
        : errors.EnumerateArray().Any(error => error.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(error.GetString())) ? "An error is no sentence"
        : null;

    private static JsonDocument? Parse(FuzzAnswer answer)
    {
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[0-9a-z]{18,19}$")]
    private static partial Regex RequestId();
}
