using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Cli.Shared;

/// <summary>
/// Asks the owner of a mailbox for consent [RFC 6749 4.1], as a program on the owner's machine [RFC 8252] with a proof key [RFC 7636]: whoever gets hold of the code
/// cannot use it.
/// </summary>
/// <param name="redirect">Where the provider sends the browser with the code.</param>
/// <param name="state">Comes back with the code.</param>
internal sealed class ConsentRequest(string clientId, string scope, Uri redirect, string state)
{
    private readonly string _verifier = NewSecret();

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <returns>The page for the owner's browser.</returns>
    /// <param name="consentUrl">May have a query already.</param>
    /// <param name="address">Whose mailbox it is.</param>
    public string PageOf(string consentUrl, string address) => consentUrl + (consentUrl.Contains('?', StringComparison.Ordinal) ? '&' : '?') + string.Join('&', new (string Name, string Value)[]
    {
        ("response_type", "code"),
        ("client_id", clientId),
        ("redirect_uri", redirect.AbsoluteUri),
        ("scope", scope),
        ("state", state),
        ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)))),
        ("code_challenge_method", "S256"),
        ("login_hint", address),
    }.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));

    /// <returns>The fields that exchange the code.</returns>
    /// <param name="secret">Null: the client has none.</param>
    public IEnumerable<KeyValuePair<string, string>> Exchange(string code, string? secret)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("grant_type", "authorization_code"),
            new("client_id", clientId),
            new("code", code),
            new("redirect_uri", redirect.AbsoluteUri),
            new("code_verifier", _verifier),
        ];
        return secret is null ? fields : fields.Append(new("client_secret", secret));
    }
}
