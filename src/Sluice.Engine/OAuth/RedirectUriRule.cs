namespace Sluice.Engine.OAuth;

internal static class RedirectUriRule
{
    public const int MaxOfApp = 10;
    public const int MaxLength = 250;

    /// <summary>
    /// Says what is wrong with the redirect URI of an application. Its own scheme must have a dot, as RFC 8252 (7.1) wants it: that leaves out
    /// <c>javascript:</c>, <c>data:</c> and the like, by which a browser would run what the redirect URI says.
    /// </summary>
    /// <returns>Null: nothing.</returns>
    public static string? FindFault(string text)
    {
        if (text.Length > MaxLength || text.Any(letter => letter is <= ' ' or > '~' or ';' or ',' or '"' or '\'' or '<' or '>' or '\\') || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            return "should be an absolute URL such as https://app.example.com/callback, of at most 250 plain letters";
        }

        return text.Contains('#', StringComparison.Ordinal) ? "should have no fragment (RFC 6749, 3.1.2)"
            : uri.UserInfo.Length > 0 ? "should have no user name"
            : uri.Scheme is "http" or "https" ? (uri.Host.Length > 0 ? null : "should name a host")
            : uri.Scheme.Contains('.', StringComparison.Ordinal) ? null
            : "should begin with https://, http://, or a scheme of your own that has a dot, such as com.example.app:";
    }

    /// <returns>What a page must allow its form to lead to, for the Content-Security-Policy.</returns>
    public static string OriginOf(string redirectUri)
    {
        var uri = new Uri(redirectUri);
        return uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Authority) : $"{uri.Scheme}:";
    }
}
