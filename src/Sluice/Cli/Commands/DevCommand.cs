using System.CommandLine;
using System.Globalization;
using System.Net;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage.Postgres;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Dev.Seed;

namespace Sluice.Cli.Commands;

internal static class DevCommand
{
    private const string DefaultFile = "dev.db";

    public static Command Create()
    {
        var command = new Command("dev", "Run a local stand-in for the API: demo data, a known key; nothing leaves the machine.");
        var settings = new ServerSettings(CommonOptions.Database("a file in your data directory"));
        settings.AddTo(command);
        var ephemeral = new Option<bool>("--ephemeral") { Description = "Use a temporary database, deleted on exit." };
        var fresh = new Option<bool>("--fresh") { Description = "Delete the database file and create the demo data again." };
        var seed = new Option<int>("--seed") { Description = "Which demo data and key to create: the same number gives the same, byte for byte.", DefaultValueFactory = _ => 1 };
        var pageSize = new Option<int>("--page-size") { Description = "How many items the lists of /v2 have on a page, 1 to 100: a small page shows whether a client follows the cursor.", DefaultValueFactory = _ => Paging.PageSize };
        var allowedHosts = new Option<string[]>("--allowed-host")
        {
            Description = "A host name by which the server may be called, besides those of this machine, such as host.docker.internal. May be repeated.",
            HelpName = "name",
        };
        var autoApprove = new Option<bool>("--oauth-auto-approve") { Description = "Consent to every OAuth request at once, without a page: for tests without a browser." };
        var mailPorts = new Option<string?>("--mail-ports")
        {
            Description = $"Speak SMTP and IMAP on these two ports of this machine, so that a mail program shows the mail and answers it. Without a value: {MailPortNumbers.Default}; 0 picks a free one.",
            HelpName = "smtp,imap",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Options.Add(mailPorts);
        command.Options.Add(autoApprove);
        command.Options.Add(allowedHosts);
        command.Options.Add(ephemeral);
        command.Options.Add(fresh);
        command.Options.Add(seed);
        command.Options.Add(pageSize);
        command.SetAction(async (given, ct) =>
        {
            using var throwaway = given.GetValue(ephemeral) ? new TemporaryFolder() : null;
            if (throwaway is not null && settings.Database(given) is not null)
            {
                throw new CliException("--ephemeral and --database cannot be used together.", ExitCode.Usage);
            }

            // $SLUICE_DATABASE is ignored: it names a production database, which is not for experiments.
            var database = throwaway?.Database ?? settings.Database(given) ?? CommonOptions.DataFile(DefaultFile);
            var options = settings.Read(given, database, isDev: true) with
            {
                DevClockStart = DemoTime.Now,
                MasterKey = PostgresDb.IsConnectionString(database) ? MasterKeyCommands.Read(MasterKeyCommands.Variable) : null, // A file has its key beside it.
                AllowedHosts = ReadHosts(allowedHosts.Name, given.GetValue(allowedHosts)),
                OAuthAutoApprove = given.GetValue(autoApprove),
                PageSize = ReadPageSize(given.GetValue(pageSize)),
                MailPorts = given.GetResult(mailPorts) is null ? null : ReadMailPorts(mailPorts.Name, given.GetValue(mailPorts)),
            };
            if (given.GetValue(fresh))
            {
                await DeleteFileAsync(database, ct);
            }

            if (!IPAddress.IsLoopback(options.Address))
            {
                await Output.Error.WriteLineAsync($"Warning: the key of sluice dev is public. Anyone who can reach {options.Address} can use it.");
            }

            return await RunServer.RunAsync(
                options,
                given.GetValue(settings.AsJson),
                async db => await DemoSeed.RunAsync(db, given.GetValue(seed), DemoSecrets.Published(given.GetValue(seed)), CancellationToken.None));
        });
        return command.WithExamples("sluice dev", "sluice dev --ephemeral --port 0 --limits off --json");
    }

    private static int ReadPageSize(int given) => given is >= 1 and <= Paging.PageSize
        ? given
        : throw new CliException($"--page-size takes 1 to {Paging.PageSize}, not {given}.", ExitCode.Usage);

    private static MailPortNumbers ReadMailPorts(string option, string? given) =>
        given is null ? MailPortNumbers.Default
        : given.Split(',') is [var smtp, var imap] && ReadPort(smtp) is { } one && ReadPort(imap) is { } other && (one != other || one == 0) ? new(one, other)
        : throw new CliException($"{option} takes two different ports, of SMTP and of IMAP, such as {MailPortNumbers.Default}, not {given}.", ExitCode.Usage);

    private static int? ReadPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static List<string> ReadHosts(string option, string[]? given)
    {
        var hosts = CommonOptions.Split(given);
        return hosts.Find(host => Uri.CheckHostName(host) == UriHostNameType.Unknown) is { } wrong
            ? throw new CliException($"{option} takes a host name such as host.docker.internal, without https:// and without a port, not {wrong}.", ExitCode.Usage)
            : hosts;
    }

    /// <summary>Deletes a database of Sluice, also one of a newer version, but no other file: the path may be misspelt.</summary>
    private static async Task DeleteFileAsync(string database, CancellationToken ct)
    {
        if (PostgresDb.IsConnectionString(database))
        {
            throw new CliException("--fresh deletes SQLite files only. Drop the PostgreSQL database yourself, or name another one.");
        }

        await DatabaseAccess.InspectAsync(database, ct);
        using var alone = FileLock.Take(database);
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(database + suffix);
        }
    }

    /// <summary>A temporary folder, deleted when the server stops.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-");

        public string Database => Path.Combine(_folder.FullName, DefaultFile);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
