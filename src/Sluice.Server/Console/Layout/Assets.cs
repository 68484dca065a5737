using System.Security.Cryptography;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>A file of the console that is in the program. Its address has its hash, so browsers may keep it for ever.</summary>
internal sealed class Asset
{
    private readonly byte[] _bytes;
    private readonly string _type;

    public Asset(string name, string file, string type)
    {
        using var resource = typeof(Asset).Assembly.GetManifestResourceStream($"Sluice.Server.Console.{file}")!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        (_bytes, _type) = (copy.ToArray(), type);
        Path = $"{Links.Root}/assets/{name}?{Convert.ToHexStringLower(SHA256.HashData(_bytes))[..12]}";
    }

    public string Path { get; }

    public IResult Send(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(_bytes, _type);
    }
}

internal static class Assets
{
    public static readonly Asset Style = new("style", "console.css", "text/css; charset=utf-8");
    public static readonly Asset Script = new("script", "console.js", "text/javascript; charset=utf-8");
    public static readonly Asset Icon = new("icon", "icon.svg", "image/svg+xml");

    /// <summary>They say nothing of anybody, and the page of the sign-in needs them: so they are open.</summary>
    public static void MapAssets(this IEndpointRouteBuilder app)
    {
        app.MapGet($"{Links.Root}/assets/style", (HttpContext http) => Style.Send(http)).Open();
        app.MapGet($"{Links.Root}/assets/script", (HttpContext http) => Script.Send(http)).Open();
        app.MapGet($"{Links.Root}/assets/icon", (HttpContext http) => Icon.Send(http)).Open();
    }
}
