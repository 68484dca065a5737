using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.SignIn;

/// <summary>
/// A form that was sent when the session was over. The pages of the sign-in carry it along, and at the end the person sees it again and sends it: it is
/// never sent by itself, because then any page that leads to the sign-in could make a person send what it likes.
/// </summary>
internal sealed record HeldForm(string Path, IReadOnlyList<(string Name, string Value)> Fields)
{
    private const string PathField = "held-path";
    private const string Prefix = "held.";

    /// <summary>Takes the form that a request brings.</summary>
    public static HeldForm? Of(HttpRequest request, IFormCollection form) =>
        ReturnPath.Read(ReturnPath.Of(request)) is { } path ? new(path, [.. Pairs(form).Where(field => !FormGuard.IsSecret(field.Name))]) : null;

    /// <summary>Takes the form that a page of the sign-in has carried along.</summary>
    public static HeldForm? Read(IFormCollection form) => ReturnPath.Read(form[PathField].ToString()) is { } path
        ? new(path, [.. Pairs(form).Where(field => field.Name.StartsWith(Prefix, StringComparison.Ordinal)).Select(field => (field.Name[Prefix.Length..], field.Value))])
        : null;

    /// <summary>Carries it along, for the next page.</summary>
    public Html Hidden() => $"""<input type="hidden" name="{PathField}" value="{Path}">{Fields.Select(field => (Html)$"<input type=\"hidden\" name=\"{Prefix}{field.Name}\" value=\"{field.Value}\">")}""";

    /// <summary>Shows it again, to be sent.</summary>
    /// <param name="token">Of the new session.</param>
    public Html Again(string token) => $"""
        <form class="card stack" method="post" action="{Path}"><input type="hidden" name="{FormGuard.TokenField}" value="{token}">
        {Fields.Select((field, at) => (Html)$"<p><label for=\"held-{at}\">{Words.Spaced(field.Name)}</label> <textarea id=\"held-{at}\" name=\"{field.Name}\" rows=\"{(field.Value.Length > 60 ? 4 : 1)}\">{field.Value}</textarea></p>")}
        <p><button class="main">Send it now</button> <a class="button" href="{Links.Root}">Do not send it</a></p></form>
        """;

    private static IEnumerable<(string Name, string Value)> Pairs(IFormCollection form) => form.SelectMany(field => field.Value, (field, value) => (field.Key, value ?? ""));
}
