using Sluice.Engine.Storage.Setup;
using Sluice.Server.Dev.Seed;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>Makes the image of each seed once, and then gives it to every sandbox that begins with it.</summary>
internal sealed class SandboxImages(SandboxDatabases databases) : IDisposable
{
    /// <summary>How many seeds are kept. One image is about a megabyte.</summary>
    private const int MaxKept = 100;

    private readonly Dictionary<int, string> _ofSeeds = [];
    private readonly SemaphoreSlim _gate = new(1);

    public async Task<string> OfSeedAsync(int seed, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (!_ofSeeds.TryGetValue(seed, out var image))
            {
                image = await MakeAsync(seed, ct);
                if (_ofSeeds.Count < MaxKept)
                {
                    _ofSeeds.Add(seed, image);
                }
            }

            return image;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<string> MakeAsync(int seed, CancellationToken ct)
    {
        var (draft, image) = (databases.NewFile(), databases.NewFile());
        await using (var db = OpenDatabase.Throwaway(draft))
        {
            await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
            await DemoSeed.RunAsync(db, seed, DemoSecrets.Published(seed), ct);
            await db.QueryAsync($"vacuum into {image}", _ => 0, ct);
        }

        SandboxDatabases.DeleteFile(draft);
        return image;
    }
}
