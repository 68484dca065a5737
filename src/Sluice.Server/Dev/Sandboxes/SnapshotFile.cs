using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>A snapshot as a file: one line that says which program and which seed it is of, and then its image.</summary>
internal static class SnapshotFile
{
    public const string Type = "application/octet-stream";

    private const string Mark = "sluice-snapshot";
    private const int MaxLine = 200;
    private const long MaxBytes = 200 * 1024 * 1024;

    /// <summary>Also the last migration: two builds of one version may have different tables.</summary>
    private static readonly string Version =
        $"{typeof(SnapshotFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?"}/{Migrator.Scripts[^1].Split('.')[^2]}";

    private static readonly ApiError NoSnapshot = ApiError.Faults(["The body is not a snapshot: it should be a file that GET /sluice/v1/sandboxes/{id}/snapshots/{snapshotId}/file has returned"]);

    public static async Task WriteAsync(HttpResponse response, int seed, string image, CancellationToken ct)
    {
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Mark} {Version} {seed}\n"));
        await using var file = File.OpenRead(image);
        (response.ContentType, response.ContentLength) = (Type, line.Length + file.Length);
        await response.Body.WriteAsync(line, ct);
        await file.CopyToAsync(response.Body, ct);
    }

    /// <summary>Reads the body of a request into an image.</summary>
    /// <returns>Null if it is one that fits into a sandbox of this seed.</returns>
    public static async Task<ApiError?> ReadAsync(HttpRequest request, int seed, string image, SandboxDatabases databases, CancellationToken ct)
    {
        if (await ReadLineAsync(request, ct) is not { } line || line.Split(' ') is not [Mark, var version, var of])
        {
            return NoSnapshot;
        }

        if (version != Version)
        {
            return ApiError.Faults([$"The snapshot was saved by Sluice {Engine.Primitives.RequestReader.Echo(version)}, and this is {Version}: make it again with this version"]);
        }

        if (of != seed.ToString(CultureInfo.InvariantCulture))
        {
            return ApiError.Faults([$"The snapshot is of seed {Engine.Primitives.RequestReader.Echo(of)}, and this sandbox of seed {seed}: load it into a sandbox of the same seed"]);
        }

        return await CopyAsync(request, image, ct) && await IsImageAsync(image, databases, ct) ? null : NoSnapshot;
    }

    private static async Task<string?> ReadLineAsync(HttpRequest request, CancellationToken ct)
    {
        var (line, one) = (new List<byte>(), new byte[1]);
        while (line.Count < MaxLine && await RequestBody.ReadRawAsync(request, one, ct) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]);
            }

            line.Add(one[0]);
        }

        return null;
    }

    private static async Task<bool> CopyAsync(HttpRequest request, string image, CancellationToken ct)
    {
        await using var file = File.Create(image);
        var buffer = new byte[64 * 1024];
        while (await RequestBody.ReadRawAsync(request, buffer, ct) is var length and > 0)
        {
            if (file.Length + length > MaxBytes)
            {
                return false;
            }

            await file.WriteAsync(buffer.AsMemory(0, length), ct);
        }

        return true;
    }

    private static async Task<bool> IsImageAsync(string image, SandboxDatabases databases, CancellationToken ct)
    {
        try
        {
            return await databases.ReadImageAsync(image, db => Migrator.IsCurrentAsync(db, ct));
        }
        catch (DbException)
        {
            return false;
        }
    }
}
