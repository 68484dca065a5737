using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.SignIn;

namespace Sluice.Server.Console.Account;

internal static class AccountView
{
    public const string NoKey = "This server has no master key, so it cannot keep the secret of an authenticator. Start it with SLUICE_MASTER_KEY.";

    public static Html Of(Visit visit, Visitor visitor, List<Session> sessions, bool canKeep, string? alert) => $"""
        {SignInView.Alert(alert)}
        <dl class="facts card">
        {Parts.Fact("E-mail", Html.Isolate(visitor.User.Email))}
        {Parts.Fact("Roles", (Html)$"{(visitor.Login.Roles == Roles.None ? "none yet: ask an operator" : string.Join(", ", RoleWords.Of(visitor.Login.Roles)))}")}
        </dl>
        {(HasPassword(visit, visitor) ? (Html)$"{Password(visit)}{Factor(visit, visitor, canKeep)}" : $"<p class=\"hint\">You sign in with your company's account. Its password and its second factor are changed there.</p>")}
        <h2>Where you are signed in</h2>
        {SessionList.Of(visit, sessions, $"{Links.Account}/sessions", visitor.Session.Id, null)}
        """;

    public static Html SetUp(Visit visit, string secret, string uri, string? alert) => $"""
        {SignInView.Alert(alert)}
        <p>Type this key into your authenticator, or open the link on the device that has it. Then type the code that it shows.</p>
        <dl class="facts card">{Parts.Fact("Key", (Html)$"<code>{string.Join(' ', secret.Chunk(4).Select(part => new string(part)))}</code>")}{Parts.Fact("Link", (Html)$"<a href=\"{uri}\">Open the authenticator</a>")}</dl>
        {visit.Form($"{Links.Account}/second-factor/confirm", $"""
            <p><label for="code">Code</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required></p><p><button class="main">Turn it on</button></p>
            """)}
        """;

    public static Html Codes(IReadOnlyList<string> codes) => $"""
        <p class="said" role="status">The second factor is on.</p>
        <p>Each of these codes works once instead of your authenticator, if you lose it. They are shown now and never again: print them, or keep them in a safe.</p>
        <pre class="text" tabindex="0" data-copy>{string.Join('\n', codes)}</pre>
        <p><a class="button" href="{Links.Account}">I have them</a></p>
        """;

    /// <summary>Who has come by the provider has none to change, and neither has anybody where the provider is the only way.</summary>
    private static bool HasPassword(Visit visit, Visitor visitor) => visitor.Login.PasswordHash is not null && visit.Http.RequestServices.GetRequiredService<SignInWays>().HasPasswords;

    private static Html Password(Visit visit) => $"""
        <details class="card"><summary>Change the password</summary>{visit.Form($"{Links.Account}/password", $"""
            <div class="stack">
            {Field("password", "Your password now", "current-password")}
            {Field("new", "The new password, at least 12 characters", "new-password")}
            {Field("again", "The new one once more", "new-password")}
            <p><button>Change it</button></p>
            <p class="hint">You stay signed in here. Everywhere else you are signed out.</p></div>
            """)}</details>
        """;

    private static Html Factor(Visit visit, Visitor visitor, bool canKeep) => visitor.Login.TotpSecret is not null
        ? (Html)$"""
            <details class="card"><summary>The second factor is on, with {Words.Count(visitor.Login.RecoveryHashes.Count, "recovery code")} left</summary>{visit.Form($"{Links.Account}/second-factor/remove", $"""
                <div class="stack">{Field("password", "Your password", "current-password", "off")}<p><button class="danger">Turn it off</button></p></div>
                """)}</details>
            """
        : !canKeep ? (Html)$"<p class=\"hint\">{NoKey}</p>"
        : (Html)$"""
            <details class="card"><summary>Turn on a second factor</summary>{visit.Form($"{Links.Account}/second-factor", $"""
                <div class="stack"><p class="hint">After the password, you type a code of an authenticator on your device.</p>{Field("password", "Your password", "current-password", "on")}<p><button>Set it up</button></p></div>
                """)}</details>
            """;

    private static Html Field(string name, string label, string kind, string id = "change") =>
        $"<p><label for=\"{id}-{name}\">{label}</label><input id=\"{id}-{name}\" name=\"{name}\" type=\"password\" autocomplete=\"{kind}\" maxlength=\"200\" required></p>";
}

/// <summary>Browsers that are signed in, each with a button that ends it.</summary>
internal static class SessionList
{
    /// <param name="visit">Who sees it.</param>
    /// <param name="sessions">The newest first.</param>
    /// <param name="path">Of the forms that end them.</param>
    /// <param name="current">The reader's own; null: none of them.</param>
    /// <param name="nameOf">Whose each is; null: all are the reader's.</param>
    public static Html Of(Visit visit, List<Session> sessions, string path, long? current, Func<Session, string>? nameOf) => sessions.Count == 0
        ? (Html)$"<p class=\"empty\"><strong>Nobody is signed in.</strong> A session begins when somebody signs in. In <code>sluice dev</code>, nobody has to.</p>"
        : $"<ul class=\"rows\">{sessions.Select(one => Row(visit, one, path, current, nameOf))}</ul>";

    private static Html Row(Visit visit, Session one, string path, long? current, Func<Session, string>? nameOf) => $"""
        <li class="row">{Html.If(nameOf is not null, $"<strong>{Html.Isolate(nameOf?.Invoke(one))}</strong>")}
        <span class="soft grow">{Html.Isolate(Words.Short(one.Browser ?? "an unknown browser", 120))}</span><span class="soft">{one.Address ?? "unknown address"}</span>
        <span class="when">since {visit.Time(one.CreatedAt)}</span>
        {(one.Id == current ? Parts.Badge("good", "This browser") : visit.Form($"{path}/{WireId.Write(one.Id)}/end", $"<button>End it</button>"))}</li>
        """;
}
