namespace Sluice.Server.Console.Layout;

/// <summary>The addresses of the console's pages. Each value of a path or a query is escaped here and nowhere else.</summary>
internal static class Links
{
    public const string Root = "/console";
    public const string Today = $"{Root}/today";
    public const string Inbox = $"{Root}/inbox";
    public const string People = $"{Root}/people";
    public const string Flows = $"{Root}/flows";
    public const string Reports = $"{Root}/reports";
    public const string Operations = $"{Root}/operations";
    public const string Developer = $"{Root}/developer";
    public const string Settings = $"{Root}/settings";
    public const string SettingsUsers = $"{Settings}/users";
    public const string SettingsSessions = $"{Settings}/sessions";
    public const string SettingsKeys = $"{Settings}/keys";
    public const string SettingsMailboxes = $"{Settings}/mailboxes";
    public const string SettingsWebhooks = $"{Settings}/webhooks";
    public const string SettingsOAuthApps = $"{Settings}/oauth-apps";
    public const string SettingsCalendars = $"{Settings}/calendars";
    public const string SettingsData = $"{Settings}/data";
    public const string SettingsRulesets = $"{Settings}/rulesets";
    public const string SettingsOutcomes = $"{Settings}/call-outcomes";
    public const string SettingsStopList = $"{Settings}/stop-list";
    public const string SettingsAudit = $"{Settings}/audit";
    public const string Account = $"{Root}/account";
    public const string SignIn = $"{Root}/sign-in";
    public const string SignInOidc = $"{SignIn}/oidc";
    public const string SignOut = $"{Root}/sign-out";
    public const string Invitation = $"{Root}/invitation";

    public static string Task(string id) => $"{Root}/tasks/{id}";

    /// <summary>In the query: a CRM id may be any text, and some texts, such as two dots, mean something else in a path.</summary>
    public static string Person(string crmId) => With($"{Root}/person", ("crmId", crmId));

    public static string Flow(string id) => $"{Flows}/{id}";

    public static string Webhook(string id) => $"{SettingsWebhooks}/{id}";

    /// <summary>A mail to write. Mail programs take a text of some length only.</summary>
    public static string MailTo(string address, string subject, string text) =>
        With($"mailto:{Uri.EscapeDataString(address).Replace("%40", "@", StringComparison.Ordinal)}", ("subject", subject), ("body", Words.Short(text, 1500).ReplaceLineEndings("\r\n")));

    /// <summary>A message that came in, by its Message-ID.</summary>
    public static string Heard(string messageId) => With($"{Inbox}/message", ("id", messageId));

    public static string Message(string id) => $"{Root}/messages/{id}";

    /// <summary>Adds those parameters that have a value.</summary>
    public static string With(string path, params IEnumerable<(string Name, string? Value)> query)
    {
        var given = query.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}").ToList();
        return given.Count == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', given)}";
    }
}
