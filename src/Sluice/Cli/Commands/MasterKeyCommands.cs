using System.CommandLine;
using Sluice.Cli.Shared;
using Sluice.Engine.Secrets;
using Sluice.Engine.Secrets.Rotation;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice master-key</c>: the key that encrypts the secrets in the database.</summary>
internal static class MasterKeyCommands
{
    public const string Variable = "SLUICE_MASTER_KEY";
    public const string OldVariable = "SLUICE_OLD_MASTER_KEY";

    public static Command Create() => new Command("master-key", "Change the key that encrypts the secrets of mailboxes and webhooks.") { Rotate() }.WithExamples("sluice master-key rotate");

    /// <returns>Null: the variable is not set.</returns>
    public static MasterKey? Read(string variable) => Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text ? null
        : MasterKey.Read(text) ?? throw new CliException($"{variable} must be 32 bytes in hexadecimal or base64, such as from: openssl rand -hex 32", ExitCode.Usage);

    private static Command Rotate()
    {
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command(
            "rotate",
            $"Encrypt all secrets again with a new key. If the key is in a file beside the database, the new one is made there; else set {Variable} to the new key and {OldVariable} to the old one, here and for the servers. It may be interrupted and run again.")
        {
            database, asJson,
        };
        command.SetAction((given, ct) =>
        {
            var place = CommonOptions.DatabaseOr(given.GetValue(database), CommonOptions.DefaultFile);
            return DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
            {
                var file = Begin(place);
                var changed = await RunAsync(new RotateMasterKey(db, new ServerKey(Read(Variable), file, Read(OldVariable))), ct);
                file?.EndRotation();
                Output.Standard.WriteLine(given.GetValue(asJson) ? $"{{\"encryptedAgain\":{changed}}}" : Words(changed, file is not null));
            }, ct);
        });
        return command.WithExamples("sluice master-key rotate --database /var/lib/sluice/sluice.db");
    }

    /// <returns>The file, with a new key in it; null: the keys are in the environment.</returns>
    private static KeyFile? Begin(string place)
    {
        if (Read(Variable) is not null)
        {
            return Read(OldVariable) is not null ? null : throw new CliException($"{OldVariable} is not set: give the old key too, so that what it has encrypted can be read.", ExitCode.Usage);
        }

        if (PostgresDb.IsConnectionString(place))
        {
            throw new CliException($"With PostgreSQL the keys come from the environment: set {Variable} to the new key and {OldVariable} to the old one.", ExitCode.Usage);
        }

        var file = new KeyFile($"{place}-key");
        return file.BeginRotation() ? file : throw new CliException($"there is no key in {place}-key yet, because no secret was ever kept: there is nothing to rotate.", ExitCode.NothingChanged);
    }

    private static async Task<int> RunAsync(RotateMasterKey rotate, CancellationToken ct)
    {
        try
        {
            return await rotate.RunAsync(ct);
        }
        catch (MasterKeyFault fault)
        {
            throw new CliException($"{fault.Message}. Both keys are still in use.");
        }
    }

    private static string Words(int changed, bool isFile) => $"Encrypted {changed} rows again with the new key. {(isFile ? "The file has only the new key now: back it up." : $"The old key is not needed any more: start the servers without {OldVariable}.")}";
}
