using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.SignIn;

/// <summary>What a person brings through the pages of the sign-in.</summary>
/// <param name="Return">Where to go then; null: to the first page.</param>
/// <param name="Held">A form that waits for the sign-in.</param>
internal sealed record SignInAnswers(string? Return, HeldForm? Held)
{
    /// <summary>What the person typed as the address.</summary>
    public string? Email { get; init; }

    public static SignInAnswers Read(IFormCollection form) => new(ReturnPath.Read(form["return"].ToString()), HeldForm.Read(form)) { Email = Cut(form["email"].ToString()) };

    public Html Hidden() => $"""{Html.If(Return is not null, $"<input type=\"hidden\" name=\"return\" value=\"{Return}\">")}{Held?.Hidden()}""";

    private static string Cut(string text) => text.Length <= 254 ? text.Trim() : text[..254].Trim();
}

/// <summary>The pages for people who are not signed in.</summary>
internal static class SignInView
{
    public static IResult Page(HttpContext http, Cookies cookies, SignInAnswers given, string? alert = null, int status = StatusCodes.Status200OK)
    {
        var ways = http.RequestServices.GetRequiredService<SignInWays>();
        return ConsolePage.OfStranger("Sign in", $"""
            {Alert(alert)}
            {(ways.Oidc is null ? null : given.Held is null ? ByProvider(given) : ByProviderInAnotherTab(http, cookies, given))}
            {Html.If(ways is { Oidc: not null, HasPasswords: true }, $"<h2>Or with a password</h2>")}
            {(ways.HasPasswords ? ByPassword(http, cookies, given) : null)}
            """, status);
    }

    public static IResult CodePage(HttpContext http, Cookies cookies, SignInAnswers given, string? alert = null, int status = StatusCodes.Status200OK) => ConsolePage.OfStranger("Your code", $"""
        {Alert(alert)}
        {Form(http, cookies, $"{Links.SignIn}/code", $"""
            {given.Hidden()}
            <p><label for="code">The six digits of your authenticator</label><input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="40" required></p>
            <p><button class="main">Go on</button></p>
            <p class="hint">Without it, type one of your recovery codes. Each works once.</p>
            """)}
        """, status);

    public static IResult InvitationPage(HttpContext http, Cookies cookies, string token, string email, string? alert = null, int status = StatusCodes.Status200OK) => ConsolePage.OfStranger("Set your password", $"""
        {Alert(alert)}
        <p>For {Html.Isolate(email)}. You are signed in then.</p>
        {Form(http, cookies, Links.Invitation, $"""
            <input type="hidden" name="token" value="{token}"><input type="hidden" name="email" autocomplete="username" value="{email}">
            <p><label for="password">New password</label><input id="password" name="password" type="password" autocomplete="new-password" minlength="12" maxlength="200" required></p>
            <p><label for="again">The same once more</label><input id="again" name="again" type="password" autocomplete="new-password" minlength="12" maxlength="200" required></p>
            <p><button class="main">Set the password</button></p>
            """)}
        """, status);

    public static IResult NoInvitation() => ConsolePage.OfStranger(
        "This link does not work any more", $"<p>It was used, it is too old, or a newer one was made. An operator of your company can make another.</p><p><a class=\"button\" href=\"{Links.SignIn}\">Sign in</a></p>",
        StatusCodes.Status404NotFound);

    public static IResult HeldPage(HeldForm held, string token) => ConsolePage.OfStranger("You are signed in. Send your form?", $"""
        <p>This is what you had typed when your session was over. Look at it once more, and send it.</p>
        {held.Again(token)}
        """);

    public static Html Alert(string? alert) => Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>");

    private static Html ByPassword(HttpContext http, Cookies cookies, SignInAnswers given) => Form(http, cookies, Links.SignIn, $"""
        {given.Hidden()}
        <p><label for="email">E-mail address</label><input id="email" name="email" type="email" autocomplete="username" required value="{given.Email}"></p>
        <p><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required></p>
        <p><button class="main">Sign in</button></p>
        <p class="hint">No password, or forgotten? An operator of your company can send you a link.</p>
        """);

    private static Html ByProvider(SignInAnswers given) =>
        $"<p><a class=\"button main\" href=\"{Links.With(Links.SignInOidc, ("return", given.Return))}\">Sign in with your company's account</a></p>";

    /// <summary>What was typed waits on this page, because a way over another site cannot carry it along.</summary>
    private static Html ByProviderInAnotherTab(HttpContext http, Cookies cookies, SignInAnswers given) => $"""
        <p><a class="button main" href="{Links.SignInOidc}" target="_blank" rel="noopener">Sign in with your company's account, in a new tab</a></p>
        {Form(http, cookies, $"{Links.SignIn}/held", $"""
            {given.Hidden()}
            <p>Leave this page open. When you are signed in there, come back here.</p>
            <p><button>I am signed in: show what I have typed</button></p>
            """)}
        """;

    /// <summary>Writes a form with the token of this browser.</summary>
    private static Html Form(HttpContext http, Cookies cookies, string action, Html fields) => $"""
        <form class="card stack" method="post" action="{action}"><input type="hidden" name="{FormGuard.TokenField}" value="{FormGuard.Tokens.Of(SecretOf(http, cookies))}">{fields}</form>
        """;

    /// <summary>Gives the browser its secret if it has none, the same for all forms of the page.</summary>
    private static string SecretOf(HttpContext http, Cookies cookies)
    {
        if (cookies.FindForm(http.Request) is { } known)
        {
            return known;
        }

        if (http.Items[nameof(SecretOf)] is string made)
        {
            return made;
        }

        var secret = Secret.New(Secret.SessionPrefix);
        http.Items[nameof(SecretOf)] = secret;
        cookies.SetForm(http, secret);
        return secret;
    }
}
