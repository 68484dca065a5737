using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.SignIn;

/// <summary>Where a person goes after the sign-in: only to pages of the console, whatever the address says.</summary>
internal static class ReturnPath
{
    private const int MaxLength = 2000;

    /// <returns>A path below <c>/console</c> with its query; null: the text is none, or leads to the sign-in itself.</returns>
    public static string? Read(string? text) =>
        text is { Length: <= MaxLength } && (text == Links.Root || text.StartsWith($"{Links.Root}/", StringComparison.Ordinal) || text.StartsWith($"{Links.Root}?", StringComparison.Ordinal))
            && !text.StartsWith(Links.SignIn, StringComparison.Ordinal) && !text.Any(letter => letter is '\\' or <= ' ' or > '~') && !text.Split('?')[0].Contains("/..", StringComparison.Ordinal)
            ? text
            : null;

    public static string Of(HttpRequest request) => $"{request.Path}{request.QueryString}";
}
