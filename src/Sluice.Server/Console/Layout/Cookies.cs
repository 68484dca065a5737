namespace Sluice.Server.Console.Layout;

/// <summary>
/// The cookies of the console: the session, the secret behind the forms of those who are not signed in, and a sign-in at the provider that has begun. Over TLS their names have the prefix
/// <c>__Host-</c>: then no other host and no page without TLS can set them.
/// </summary>
internal sealed class Cookies(ConsoleSettings settings)
{
    private const string Session = "sluice-session";
    private const string Form = "sluice-form";
    private const string Attempt = "sluice-oidc";
    private const int MaxSecret = 100;

    public string? FindSession(HttpRequest request) => Find(request, Session);

    public string? FindForm(HttpRequest request) => Find(request, Form);

    /// <summary>Also has the address to go to then, so it may be longer than the others.</summary>
    public string? FindAttempt(HttpRequest request) => Find(request, Attempt, max: 2000);

    public void SetAttempt(HttpContext http, string cookie, TimeSpan lifetime) => Set(http, Attempt, cookie, lifetime);

    public void EndAttempt(HttpContext http) => Set(http, Attempt, "", TimeSpan.Zero);

    public void SetSession(HttpContext http, string cookie, TimeSpan lifetime) => Set(http, Session, cookie, lifetime);

    public void SetForm(HttpContext http, string cookie) => Set(http, Form, cookie, lifetime: null);

    public void EndSession(HttpContext http) => Set(http, Session, "", TimeSpan.Zero);

    private string? Find(HttpRequest request, string name, int max = MaxSecret) => request.Cookies[NameOf(request, name)] is { Length: > 0 } cookie && cookie.Length <= max ? cookie : null;

    private void Set(HttpContext http, string name, string cookie, TimeSpan? lifetime) => http.Response.Cookies.Append(NameOf(http.Request, name), cookie, Options(http.Request, lifetime));

    private string NameOf(HttpRequest request, string name) => settings.IsSecure(request) ? $"__Host-{name}" : name;

    /// <summary>Lax: a link in a mail leads to a page, but a form of another site brings no session.</summary>
    private CookieOptions Options(HttpRequest request, TimeSpan? lifetime) =>
        new() { HttpOnly = true, IsEssential = true, MaxAge = lifetime, Path = "/", SameSite = SameSiteMode.Lax, Secure = settings.IsSecure(request) };
}
