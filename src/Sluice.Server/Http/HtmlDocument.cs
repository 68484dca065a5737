using System.Net;

namespace Sluice.Server.Http;

/// <summary>
/// Puts an HTML page together. Each page contains the style of all pages, so it needs no second request and no second public path. The page's
/// headers allow this style by its hash.
/// </summary>
internal static class HtmlDocument
{
    private static readonly string Style = ReadStyle();

    /// <param name="title">As HTML.</param>
    /// <param name="kind">The class of the body, by which the style knows the layout.</param>
    /// <param name="body">As HTML.</param>
    public static string Write(string title, string kind, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{title}</title>
        <style>{Style}</style>
        </head>
        <body class="{kind}">
        {body}
        </body>
        </html>

        """;

    /// <summary>Escapes a text.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Escapes a text, and isolates its direction from that of the sentence around it: a name may be written from right to left.</summary>
    public static string Isolate(string text) => $"<bdi>{Encode(text)}</bdi>";

    private static string ReadStyle()
    {
        using var resource = typeof(HtmlDocument).Assembly.GetManifestResourceStream("Sluice.Server.style.css")!;
        using var text = new StreamReader(resource);
        return text.ReadToEnd();
    }
}
