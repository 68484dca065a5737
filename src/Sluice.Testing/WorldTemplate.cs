using Microsoft.Data.Sqlite;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.Seed;

namespace Sluice.Testing;

/// <summary>A database with the demo data, made once. Each world begins with a copy of it.</summary>
internal sealed class WorldTemplate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-testing-");
    private int _worlds;

    private WorldTemplate(int seed) => Credentials = DemoSecrets.Published(seed).MakeKey(0, 0, default).Credentials;

    /// <summary>The key of the demo company. Anybody can compute it, and no production server accepts it.</summary>
    public ApiKeyCredentials Credentials { get; }

    private string File => Path.Combine(_folder.FullName, "template.db");

    public static async Task<WorldTemplate> CreateAsync(int seed)
    {
        var template = new WorldTemplate(seed);
        await using (var db = OpenDatabase.At(template.File))
        {
            await Migrator.UpgradeAsync(db, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            await DemoSeed.RunAsync(db, seed, DemoSecrets.Published(seed), CancellationToken.None).ConfigureAwait(false);

            // The clock stands still: time passes only where a test says so.
            await new ClockStore(db).SaveAsync(new MovableClock(TimeProvider.System).Frozen(DemoTime.Now), CancellationToken.None).ConfigureAwait(false);
        }

        return template;
    }

    /// <returns>The path of a database for a new world.</returns>
    public string Copy()
    {
        var copy = Path.Combine(_folder.FullName, $"{Interlocked.Increment(ref _worlds)}.db");
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (System.IO.File.Exists(File + suffix))
            {
                System.IO.File.Copy(File + suffix, copy + suffix);
            }
        }

        return copy;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}
