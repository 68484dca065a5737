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
        var record = new Option<bool>("--record-requests")
        {
            Description = "Keep the last 1,000 requests in memory, with hints at what is wrong with them, for keys with the scope sluice:manage: see sluice logs tail.",
        };
        command.Options.Add(record);
        command.SetAction((given, ct) =>
        {
            var database = CommonOptions.DatabaseOr(settings.Database(given), DefaultFile);
            var options = settings.Read(given, database, isDev: false) with { RecordRequests = given.GetValue(record) };
            return RunServer.RunAsync(options, given.GetValue(settings.AsJson), _ => Task.FromResult<Companies.KeyWords?>(null));
        });
        return command;
    }
}
