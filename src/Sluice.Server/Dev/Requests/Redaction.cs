using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Requests;

/// <summary>
/// Decides what may be kept of a request: values under names that the operation knows, except mail texts. The value of an unknown name is
/// not kept: it may be a mail text under a misspelt name, or a secret. Only <c>dev</c>, whose data is made up, keeps the values of unknown
/// parameters too, unless they look like credentials: to see them is often all that a developer needs.
/// </summary>
internal static partial class Redaction
{
    public const int MaxBody = 16 * 1024;

    private const int MaxText = 2048;
    private const string Redacted = "[redacted]";

    private static readonly HashSet<string> MailFields = ["body", "subject", "flowInstanceDescription", "overrides"];

    /// <summary>They name a person: a log that kept them would keep the very address that was to be erased.</summary>
    private static readonly HashSet<string> PersonalParameters = ["emailAddress", "phoneNumber"];

    /// <summary>The parameters of OAuth whose values are no secrets. All others are hidden: also the state, which protects the client's own users.</summary>
    private static readonly HashSet<string> OAuthPublic = ["client_id", "response_type", "redirect_uri", "scope", "grant_type", "code_challenge_method", "access_type"];

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Cuts a long text, and redacts everything that looks like one of Sluice's secrets.</summary>
    public static string Text(string text) => Secrets().Replace(text.Length <= MaxText ? text : text[..MaxText] + "…", Redacted);

    /// <param name="keepsUnknown">Whether the values of unknown parameters are kept.</param>
    /// <returns>The query with its question mark; null if there is none.</returns>
    public static string? Query(HttpRequest request, LookedUpNames known, bool keepsUnknown)
    {
        var (query, isOAuth) = (request.Query, request.Path.StartsWithSegments("/oauth2", StringComparison.OrdinalIgnoreCase));
        var pairs = query.SelectMany(pair => pair.Value, (pair, value) => $"{Uri.EscapeDataString(pair.Key)}={(IsKept(pair.Key, value ?? "") ? Uri.EscapeDataString(value ?? "") : Redacted)}");
        return query.Count == 0 ? null : Text("?" + string.Join('&', pairs));

        bool IsKept(string name, string value) => isOAuth ? OAuthPublic.Contains(name) : !PersonalParameters.Contains(name) && IsHarmless(name, value);

        bool IsHarmless(string name, string value) => known.Names.ContainsKey(name) || (keepsUnknown && !MailFields.Contains(name) && !CredentialName().IsMatch(name) && !CredentialValue().IsMatch(value));
    }

    public static string Body(JsonElement root, LookedUpNames known)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            Write(json, root, known);
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan[..Math.Min(buffer.WrittenCount, MaxBody)]);
        return Secrets().Replace(buffer.WrittenCount > MaxBody ? text + "…" : text, Redacted);
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, LookedUpNames known)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.EnumerateObject().TakeWhile(_ => !IsFull(json)))
                {
                    json.WritePropertyName(field.Name);
                    WriteField(json, field, known);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray().TakeWhile(_ => !IsFull(json)))
                {
                    Write(json, item, known);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void WriteField(Utf8JsonWriter json, JsonProperty field, LookedUpNames known)
    {
        if (MailFields.Contains(field.Name) || !known.Names.TryGetValue(field.Name, out var inner))
        {
            json.WriteStringValue(Redacted);
        }
        else
        {
            Write(json, field.Value, inner);
        }
    }

    /// <summary>Whether the limit is reached: the rest would be cut off anyway.</summary>
    private static bool IsFull(Utf8JsonWriter json) => json.BytesCommitted + json.BytesPending > MaxBody;

    [GeneratedRegex("secret|token|passw|pwd|auth|credential|signature|session|jwt|^key$|(api|access).?key", RegexOptions.IgnoreCase)]
    private static partial Regex CredentialName();

    /// <summary>Matches the content of an Authorization header, and a JSON web token.</summary>
    [GeneratedRegex(@"^(Basic|Bearer)\s|\beyJ[\w-]+\.", RegexOptions.IgnoreCase)]
    private static partial Regex CredentialValue();

    /// <summary>
    /// Matches the secret of an API key or its token, and the codes and tokens of OAuth, but not an access key or a client id, which are public. It also matches a part of one, because a cut may
    /// leave a part.
    /// </summary>
    [GeneratedRegex("sl[storc]_[0-9A-Za-z]+")]
    private static partial Regex Secrets();
}
