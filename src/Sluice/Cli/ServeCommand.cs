using System.CommandLine;

namespace Sluice.Cli;

internal static class ServeCommand
{
    public const string DefaultFile = "sluice.db";

    public static Command Create()
    {
        var command = new Command("serve", "Run the server with production settings.");
        var settings = new ServerSettings(CommonOptions.Database());
        settings.AddTo(command);
        command.SetAction((given, ct) =>
        {
            var database = CommonOptions.DatabaseOr(settings.Database(given), DefaultFile);
            return RunServer.RunAsync(settings.Read(given, database, isDev: false), given.GetValue(settings.AsJson), _ => Task.FromResult<Companies.KeyWords?>(null));
        });
        return command;
    }
}
