using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

/// <summary>The request of a call. It can be sent again, as a retry or for the next page.</summary>
internal sealed class CallRequest(CalledOperation operation, string? body)
{
    private readonly Dictionary<string, string> _path = [];
    private readonly Dictionary<string, string> _query = [];
    private JsonNode? _body = body is null ? null : FlagText.Json(FlagText.Read(body == "-" ? "@-" : body, "--body"), "--body");
    private string? _file;

    /// <summary>False if the upload comes from standard input, which can be read only once.</summary>
    public bool CanRepeat => _file != "-";

    public bool IsUpload => operation.IsUpload;

    /// <summary>Whether it may be sent with an idempotency key. An upload needs none: its clientRequestId works once, and each try has another boundary.</summary>
    public bool IsWrite => operation is { OnlyReads: false, IsUpload: false };

    public void Set(CallFlag flag, IReadOnlyList<string> given)
    {
        switch (flag.Place)
        {
            case FlagPlace.Path:
                _path[flag.Name] = flag.Read(given).ToString();
                break;
            case FlagPlace.Query:
                _query[flag.Name] = flag.Read(given).ToString();
                break;
            case FlagPlace.Upload:
                _file = given[0];
                break;
            case FlagPlace.WholeBody:
                _body = flag.Read(given);
                break;
            default:
                Put(flag.Name.Split('.'), flag.Read(given));
                break;
        }
    }

    /// <summary>Refuses a request that cannot be built. Every other error is left to the server.</summary>
    public CallRequest Checked()
    {
        foreach (var flag in operation.Flags.Where(flag => (flag.Place == FlagPlace.Path && !_path.ContainsKey(flag.Name)) || (flag.Place == FlagPlace.Upload && _file is null)))
        {
            throw new CliException($"{operation.Name} needs {flag.Flag}.", ExitCode.Usage);
        }

        return _file is null or "-" || File.Exists(_file) ? this
            : throw new CliException(Directory.Exists(_file) ? $"--data-file: {_file} is a directory, not a file." : $"--data-file: there is no file {_file}.");
    }

    /// <summary>Changes the request to ask for the page at this cursor.</summary>
    public void GoToPage(string cursor)
    {
        if (operation.Flags.Single(flag => flag.IsCursor).Place == FlagPlace.Query)
        {
            _query["cursor"] = cursor;
        }
        else
        {
            Put(["cursor"], JsonValue.Create(cursor));
        }
    }

    public HttpRequestMessage ToMessage(ApiAddress address)
    {
        var path = _path.Aggregate(operation.Path, (path, one) => path.Replace($"{{{one.Key}}}", Uri.EscapeDataString(one.Value), StringComparison.Ordinal));
        var query = string.Join('&', _query.Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value)}"));
        return new HttpRequestMessage(operation.Verb, new Uri($"{address.Base}{path}{(query.Length > 0 ? "?" : "")}{query}"))
        {
            Content = operation.IsUpload ? Upload() : operation.TakesBody ? Json((_body ?? new JsonObject()).ToJsonString()) : null,
        };
    }

    /// <summary>Streams the file, which may be larger than memory.</summary>
    private MultipartFormDataContent Upload()
    {
        var stream = _file == "-" ? Console.OpenStandardInput() : File.OpenRead(_file!);
        var part = new StreamContent(stream);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { part, "dataFile", _file == "-" ? "stdin" : Path.GetFileName(_file!) } };
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private void Put(string[] path, JsonNode value)
    {
        try
        {
            var at = Object(_body ??= new JsonObject());
            foreach (var name in path[..^1])
            {
                at = Object(at[name] ??= new JsonObject());
            }

            at[path[^1]] = value;
        }
        catch (ArgumentException)
        {
            throw new CliException("flags cannot set fields of a --body that has a name twice.", ExitCode.Usage);
        }

        static JsonObject Object(JsonNode node) =>
            node as JsonObject ?? throw new CliException("flags can only set fields of a --body that is a JSON object.", ExitCode.Usage);
    }
}
