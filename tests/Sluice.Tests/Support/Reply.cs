using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Support;

/// <summary>A reply as the client saw it. Every reply is checked to have a requestId in its body and header, and the headers that keep it out of caches.</summary>
/// <param name="Body">The exact JSON without the requestId and without white space.</param>
/// <param name="Text">The exact body.</param>
internal sealed partial record Reply(HttpStatusCode Status, string RequestId, string Body, string Text, HttpResponseMessage Response)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        // Read the exact header before anything parses it: parsing adds a space.
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null;
        var text = await response.Content.ReadAsStringAsync();
        var json = Parse(text, response.StatusCode);
        var requestId = json["requestId"]?.GetValue<string>() ?? "";
        Assert.Matches(RequestIdPattern(), requestId);
        var traceId = response.Headers.GetValues("x-traceid").Single();
        var isReplayed = response.StatusCode != HttpStatusCode.Gone && response.Headers.Contains("Idempotency-Replayed");
        Assert.Equal(!isReplayed, requestId == traceId); // The body of a replayed answer has the id of the call that was done.
        Assert.Equal("application/json;charset=UTF-8", type);
        Assert.Equal(["no-store"], response.Headers.GetValues("Cache-Control"));
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        json.Remove("requestId");
        return new Reply(response.StatusCode, requestId, json.ToJsonString(), text, response);
    }

    /// <summary>Reads one field of each object in a list, as text: <c>Each("flows", "name")</c>.</summary>
    public IEnumerable<string> Each(string list, string field) => Json[list]!.AsArray().Select(one => one![field]!.ToString());

    /// <summary>The only value of a header; null if the header is missing.</summary>
    public string? Header(string name) =>
        Response.Headers.NonValidated.TryGetValues(name, out var values) || Response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    public void ShouldBe(HttpStatusCode status, string json)
    {
        // Compares the body first: if the status is wrong, the body says why.
        Assert.Equal(JsonNode.Parse(json)!.ToJsonString(), Body);
        Assert.Equal(status, Status);
    }

    /// <summary>Checks the exact body, including the order of fields. The requestId must come first, as in every recording [rec]; its value is free.</summary>
    /// <param name="body">The expected body without the requestId, as the sources and recordings are kept.</param>
    public void ShouldBeExactly(HttpStatusCode status, string body)
    {
        Assert.Equal($$"""{"requestId":"{{RequestId}}",{{body[1..]}}""", Text);
        Assert.Equal(status, Status);
    }

    /// <summary>Checks that the reply is an error with exactly these sentences.</summary>
    public void ShouldRefuse(HttpStatusCode status, params string[] errors) =>
        ShouldBe(status, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]) }.ToJsonString());

    private static JsonObject Parse(string text, HttpStatusCode status)
    {
        try
        {
            return JsonNode.Parse(text)!.AsObject();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Every reply must be a JSON object, but this one ({status}) is not: {text}", fault);
        }
    }

    [GeneratedRegex("^[0-9a-z]{18,19}$")]
    private static partial Regex RequestIdPattern();
}
