using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Support;

/// <summary>A reply as the client saw it. That it has a requestId and says so in its header is asked of every one.</summary>
/// <param name="Body">Its exact JSON less the requestId, without blanks.</param>
/// <param name="Text">Its body to the letter.</param>
internal sealed partial record Reply(HttpStatusCode Status, string RequestId, string Body, string Text, HttpResponseMessage Response)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        // To the letter, so before anything parses it: after that a blank is in it.
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null;
        var text = await response.Content.ReadAsStringAsync();
        var json = Parse(text, response.StatusCode);
        var requestId = json["requestId"]?.GetValue<string>() ?? "";
        Assert.Matches(RequestIdPattern(), requestId);
        Assert.Equal([requestId], response.Headers.GetValues("x-traceid"));
        Assert.Equal("application/json;charset=UTF-8", type);
        json.Remove("requestId");
        return new Reply(response.StatusCode, requestId, json.ToJsonString(), text, response);
    }

    /// <summary>One field of each object in a list, as text: <c>Each("flows", "name")</c>.</summary>
    public IEnumerable<string> Each(string list, string field) => Json[list]!.AsArray().Select(one => one![field]!.ToString());

    /// <summary>The one value of a header; null when it is not there.</summary>
    public string? Header(string name) =>
        Response.Headers.NonValidated.TryGetValues(name, out var values) || Response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    public void ShouldBe(HttpStatusCode status, string json)
    {
        // The body comes first: when a status is wrong, the body says why.
        Assert.Equal(JsonNode.Parse(json)!.ToJsonString(), Body);
        Assert.Equal(status, Status);
    }

    /// <summary>To the letter, order of fields and all; of the requestId only that it comes first, as in every recording [rec].</summary>
    /// <param name="status">What it must be.</param>
    /// <param name="body">Without the requestId, as sources and recordings are written down.</param>
    public void ShouldBeExactly(HttpStatusCode status, string body)
    {
        Assert.Equal($$"""{"requestId":"{{RequestId}}",{{body[1..]}}""", Text);
        Assert.Equal(status, Status);
    }

    /// <summary>An error with these sentences and nothing else.</summary>
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
            throw new InvalidOperationException($"Every reply is a JSON object, this one ({status}) is not: {text}", fault);
        }
    }

    [GeneratedRegex("^[0-9a-z]{18,19}$")]
    private static partial Regex RequestIdPattern();
}
