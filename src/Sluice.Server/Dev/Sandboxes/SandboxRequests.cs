using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>
/// Sends a request into the sandbox to which its key or its path leads. The outermost middleware: everything else belongs to
/// the one world or the other.
/// </summary>
internal sealed class SandboxRequests(RequestDelegate next, Sandboxes sandboxes)
{
    public const string Prefix = "/sandbox/";

    /// <summary>Where sandboxes are made and dropped: outside of all of them.</summary>
    public const string Management = "/sluice/v1/sandboxes";

    /// <summary>Names the sandbox whose company the console shows. A browser that has it gets the pages of that sandbox.</summary>
    public const string Cookie = "sluice-sandbox";

    /// <summary>The pages that are about all sandboxes: outside of them too.</summary>
    public const string Pages = "/console/developer/sandboxes";

    private const string Console = "/console";

    public Task InvokeAsync(HttpContext http)
    {
        if (Find(http.Request) is not { } sandbox)
        {
            return next(http);
        }

        sandboxes.NoteUse(sandbox);
        return sandbox.RunAsync(http, next);
    }

    private Sandbox? Find(HttpRequest request) =>
        request.Path.StartsWithSegments(Management, StringComparison.Ordinal) ? null
        : request.Path.StartsWithSegments(Console, StringComparison.Ordinal) ? OfCookie(request)
        : OfPath(request) ?? OfKey(request.Headers.Authorization.ToString());

    private Sandbox? OfCookie(HttpRequest request) =>
        !request.Path.StartsWithSegments(Pages, StringComparison.Ordinal) && request.Cookies[Cookie] is { } text && WireId.Find(text) is { } id ? sandboxes.Find(id) : null;

    /// <summary>Moves the sandbox's part of the path into the base path, so that routing and hints see the path of the API.</summary>
    private Sandbox? OfPath(HttpRequest request)
    {
        if (request.Path.Value is not { } path || !path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = path.IndexOf('/', Prefix.Length) is > 0 and var at ? at : path.Length;
        if (WireId.Find(path[Prefix.Length..end]) is not { } id || sandboxes.Find(id) is not { } sandbox)
        {
            return null;
        }

        // The links of the console would lead out of the sandbox: its pages have the cookie.
        if (path.AsSpan(end).StartsWith(Console, StringComparison.Ordinal))
        {
            return null;
        }

        request.PathBase = request.PathBase.Add(path[..end]);
        request.Path = end == path.Length ? "/" : path[end..];
        return sandbox;
    }

    private Sandbox? OfKey(string authorization) =>
        authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? sandboxes.FindBy(authorization["Bearer ".Length..].Trim())
        : authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && AccessKeyOf(authorization["Basic ".Length..].Trim()) is { } key ? sandboxes.FindBy(key)
        : null;

    private static string? AccessKeyOf(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2)[0] : null;
    }
}

internal static class SandboxMiddleware
{
    /// <summary>Adds a middleware that has state: each sandbox gets an object of its own.</summary>
    public static void UseInEachWorld<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IApplicationBuilder app, Func<T, HttpContext, Task> run)
        where T : class => app.Use(next =>
        {
            T Make(IServiceProvider services) => ActivatorUtilities.CreateInstance<T>(services, next);
            var ofServer = Make(app.ApplicationServices);
            return http => run(http.Features.Get<SandboxWorld>()?.Middleware(Make) ?? ofServer, http);
        });
}
