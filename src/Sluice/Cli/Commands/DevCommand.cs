using System.CommandLine;
using System.Net;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage.Postgres;
using Sluice.Server.Dev.Seed;

namespace Sluice.Cli.Commands;

internal static class DevCommand
{
    private const string DefaultFile = "dev.db";

    public static Command Create()
    {
        var command = new Command("dev", "Run the stand-in: a seeded company, a known key, nothing leaves the machine.");
        var settings = new ServerSettings(CommonOptions.Database("a file under your data directory"));
        settings.AddTo(command);
        var ephemeral = new Option<bool>("--ephemeral") { Description = "Use a database that is thrown away on exit." };
        var fresh = new Option<bool>("--fresh") { Description = "Throw away what the database file holds and seed it anew." };
        var seed = new Option<int>("--seed") { Description = "Which data and which key: the same number gives the same, byte for byte.", DefaultValueFactory = _ => 1 };
        command.Options.Add(ephemeral);
        command.Options.Add(fresh);
        command.Options.Add(seed);
        command.SetAction(async (given, ct) =>
        {
            using var throwaway = given.GetValue(ephemeral) ? new Throwaway() : null;
            if (throwaway is not null && settings.Database(given) is not null)
            {
                throw new CliException("--ephemeral and --database exclude each other.", ExitCode.Usage);
            }

            // Not $SLUICE_DATABASE: that names a database that is not for trying things.
            var database = throwaway?.Database ?? settings.Database(given) ?? CommonOptions.DataFile(DefaultFile);
            if (given.GetValue(fresh))
            {
                DeleteFile(database);
            }

            var options = settings.Read(given, database, isDev: true) with { ClockBegins = DemoTime.Now };
            if (!IPAddress.IsLoopback(options.Address))
            {
                await Console.Error.WriteLineAsync($"Warning: the key of sluice dev is published. Whoever reaches {options.Address} can use it.");
            }

            return await RunServer.RunAsync(
                options,
                given.GetValue(settings.AsJson),
                async db => (await DemoSeed.RunAsync(db, given.GetValue(seed), DemoSecrets.Published(given.GetValue(seed)), CancellationToken.None)).Words);
        });
        return command;
    }

    private static void DeleteFile(string database)
    {
        if (PostgresDb.Understands(database))
        {
            throw new CliException("--fresh throws away files only. Drop the PostgreSQL database yourself, or name another one.");
        }

        using var alone = FileLock.Take(database);
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(database + suffix);
        }
    }

    /// <summary>A folder that goes when the server does.</summary>
    private sealed class Throwaway : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-");

        public string Database => Path.Combine(_folder.FullName, DefaultFile);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
