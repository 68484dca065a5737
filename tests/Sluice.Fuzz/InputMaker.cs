using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Fuzz;

/// <summary>Makes the requests of an operation: a few valid ones, and many that are wrong in one or more ways.</summary>
internal sealed class InputMaker(FuzzOperation operation, JsonNode document, string credentials)
{
    private static readonly string?[] ContentTypes =
    [
        null, "", "text/plain", "application/json;charset=utf8", "application/json; charset=\"UTF-8\"", "application/json;charset=utf-16", "APPLICATION/JSON", "application/json, text/plain",
        "application/problem+json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "/", ";", "application/json;charset", "application/json; boundary=b",
    ];

    private static readonly string[] OddMethods = ["HEAD", "OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO", "get"];

    /// <param name="isValid">Whether nothing may be wrong with it, as far as one can know.</param>
    public FuzzRequest Make(Vocabulary known, Random random, bool isValid)
    {
        var scene = new Scene(known, random);
        var sample = new SchemaSample(document, operation.Name, scene);
        var whatIsWrong = isValid ? 0 : random.Next(1, 16);
        var (contentType, body) = operation.IsUpload ? Upload(scene, isValid) : ("application/json", Body(scene, sample, random, isChanged: (whatIsWrong & 7) != 0));
        contentType = !isValid && random.Next(25) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : contentType;
        List<(string, string)> headers = [];
        if (operation.IsOfV2 && (isValid || random.Next(40) > 0))
        {
            headers.Add(("Authorization", credentials));
        }

        if (body is not null && contentType is not null)
        {
            headers.Add(("Content-Type", contentType));
        }

        if (!isValid && random.Next(40) == 0)
        {
            headers.Add(OddHeader(random));
        }

        var method = !isValid && random.Next(80) == 0 ? OddMethods[random.Next(OddMethods.Length)] : operation.Method;
        return new FuzzRequest(operation.Name, method, Target(scene, sample, random, isChanged: (whatIsWrong & 8) != 0 || !operation.ReadsBody && !isValid), headers, body);
    }

    private static (string? ContentType, byte[]? Body) Upload(Scene scene, bool isValid)
    {
        if (!isValid)
        {
            return UploadBody.Make(scene);
        }

        var id = scene.Number();
        var line = $$"""{"objectId":"{{id}}","modifiedDate":"2026-11-02T09:30Z","emailAddress":"e{{id}}@example.com","firstName":"A","lastName":"B"}""";
        return ("multipart/form-data; boundary=b", Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"dataFile\"; filename=\"x\"\r\n\r\n{line}\r\n--b--\r\n"));
    }

    private byte[]? Body(Scene scene, SchemaSample sample, Random random, bool isChanged)
    {
        if (!operation.ReadsBody)
        {
            return isChanged && random.Next(10) == 0 ? Encoding.UTF8.GetBytes(HostileValues.Json(random)) : null;
        }

        var valid = operation.BodySchema is { } schema ? sample.Make(schema, "")!.ToJsonString()
            : ManageSamples.Find(operation.Name, scene) ?? throw new InvalidOperationException($"There is no valid body for {operation.Name}: add one to ManageSamples");
        return isChanged ? JsonMutation.Of(valid, random) : Encoding.UTF8.GetBytes(valid);
    }

    private string Target(Scene scene, SchemaSample sample, Random random, bool isChanged)
    {
        var path = string.Join('/', operation.Path.Split('/').Select(part => part.StartsWith('{') ? PathValue(part.Trim('{', '}'), scene, random, isChanged) : part));
        var query = operation.Parameters("query").Where(one => (one.IsRequired || random.Next(2) == 0) && (isChanged || !NeedsAnother(one.Name))).Select(one => (one.Name, Value: sample.Text(one.Schema, one.Name))).ToList();
        for (var times = isChanged ? random.Next(1, 3) : 0; times > 0; times--)
        {
            ChangeQuery(query, random);
        }

        var text = string.Join('&', query.Select(one => $"{Escape(one.Name, random, isChanged)}={Escape(one.Value, random, isChanged)}"));
        path = isChanged && random.Next(40) == 0 ? OddPath(path, random) : path;
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    /// <summary>A list of tasks takes each of these only together with a certain other one, so a valid request leaves them out.</summary>
    private bool NeedsAnother(string parameter) => operation.Name == "GET /sluice/v1/tasks" && (parameter is "after" or "order");

    private string PathValue(string name, Scene scene, Random random, bool isChanged)
    {
        var value = scene.Find(operation.Name, name.Split(':')[0]) ?? "1";
        return isChanged && random.Next(3) > 0 ? Escape(HostileValues.Text(random), random, isChanged: true) is { Length: > 0 } odd ? odd : "%20" : Uri.EscapeDataString(value);
    }

    private static void ChangeQuery(List<(string Name, string Value)> query, Random random)
    {
        var at = query.Count == 0 ? 0 : random.Next(query.Count);
        switch (random.Next(7))
        {
            case 0 when query.Count > 0:
                query.RemoveAt(at);
                break;
            case 1 when query.Count > 0:
                query.Insert(random.Next(2) == 0 ? at : query.Count, (query[at].Name, HostileValues.Text(random)));
                break;
            case 2 when query.Count > 0:
                query[at] = (random.Next(2) == 0 ? query[at].Name.ToUpperInvariant() : $"{query[at].Name}s", query[at].Value);
                break;
            case 3:
                query.Add((random.Next(3) == 0 ? "" : HostileValues.Text(random), HostileValues.Text(random)));
                break;
            case 4:
                query.Add(("cursor", HostileValues.Text(random)));
                break;
            default:
                if (query.Count > 0)
                {
                    query[at] = (query[at].Name, HostileValues.Text(random));
                }

                break;
        }
    }

    /// <summary>Escapes a text, now and then badly.</summary>
    private static string Escape(string text, Random random, bool isChanged) => !isChanged || random.Next(20) > 0 ? Uri.EscapeDataString(text) : random.Next(6) switch
    {
        0 => "%",
        1 => "%zz",
        2 => "%ff",
        3 => "%ED%A0%80",
        4 => Uri.EscapeDataString(text).Replace("%", "%25", StringComparison.Ordinal),
        _ => string.Concat(text.Take(100).Select(letter => char.IsAscii(letter) && letter is > ' ' and not ('#' or '?' or '&' or '%') ? letter : '+')),
    };

    private static string OddPath(string path, Random random) => random.Next(6) switch
    {
        0 => $"{path}/",
        1 => path.ToUpperInvariant(),
        2 => path.Replace("/", "//", StringComparison.Ordinal),
        3 => $"{path}/{Uri.EscapeDataString(HostileValues.Text(random))}",
        4 => path[..^1],
        _ => $"/v2/..{path}",
    };

    private static (string Name, string Value) OddHeader(Random random) => random.Next(10) switch
    {
        7 => ("Host", "evil.example"),
        8 => ("X", "\u0001"),
        9 => ("Cookie", new string('x', 40_000)),
        0 => ("Content-Encoding", "gzip"),
        1 => ("Accept", "text/html;q=0.1"),
        2 => ("X-HTTP-Method-Override", "DELETE"),
        3 => ("Origin", "https://evil.example"),
        4 => ("Expect", "100-continue"),
        5 => ("Accept-Encoding", "gzip, br"),
        _ => ("X-Long", new string('x', 8000)),
    };
}
