using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Webhooks;

namespace Sluice.Server.Api.Manage.Webhooks;

/// <summary>Reads a new webhook, or the changes to one.</summary>
internal static class WebhookDraft
{
    public const int MaxDescription = 500;

    /// <returns>A new webhook; something may be wrong with it, and the reader says what.</returns>
    public static Webhook ReadNew(RequestReader given, WebhookTargets targets, long companyId, long id, string secret, EventCursor place, DateTimeOffset now) => new()
    {
        CompanyId = companyId,
        Id = id,
        Url = ReadUrl(given, targets, null),
        Types = ReadTypes(given, []),
        Description = given.Text("description", "", MaxDescription) ?? "",
        Enabled = given.Flag("enabled", true),
        Ordered = given.Flag("ordered", false),
        IncludeText = given.Flag("includeText", false),
        Secret = secret,
        Place = place,
        CreatedAt = now,
    };

    public static Webhook ReadChange(RequestReader given, WebhookTargets targets, Webhook current) => current with
    {
        Url = ReadUrl(given, targets, current.Url),
        Types = ReadTypes(given, current.Types),
        Description = given.Text("description", current.Description, MaxDescription) ?? "",
        Enabled = given.Flag("enabled", current.Enabled),
        Ordered = given.Flag("ordered", current.Ordered),
        IncludeText = given.Flag("includeText", current.IncludeText),
    };

    private static string ReadUrl(RequestReader given, WebhookTargets targets, string? current)
    {
        var url = given.Required("url", current, Webhook.MaxUrl);
        if (given.Has("url") && url.Length > 0 && targets.FindUrlFault(url) is { } fault)
        {
            given.Fault("url", fault);
        }

        return url;
    }

    private static IReadOnlyList<string> ReadTypes(RequestReader given, IReadOnlyList<string> current) =>
        !given.Has("types") ? current
        : given.HasAny("types") ? given.Words("types", EventTypes.All)
        : [];
}
