using System.CommandLine;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice mail</c>: what stands in the way of a company's mail.</summary>
internal static class MailCommands
{
    private const string Url = "/sluice/v1/mailboxes";

    public static Command Create() => new Command("mail", "See what stands in the way of mail, and sign it.") { Check(), DkimCommands.Create() }.WithExamples("sluice mail check ada@example.com");

    private static Command Check()
    {
        var mailbox = new Argument<string>("mailbox") { Description = "The mailbox's address or id." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("check", "Log in to a mailbox both ways, send a mail to itself, read its DNS records, and say what to add. Exit code 1 if something has failed.") { mailbox, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var id = await FindIdAsync(client, given.GetRequiredValue(mailbox), ct);
            var answer = await ProgressBar.WaitAsync("Waiting for the mail to arrive", client.SendAsync($"{Url}/{Uri.EscapeDataString(id)}/check", [], ct), ct);
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                foreach (var one in answer["checks"]!.AsArray())
                {
                    Output.Lines(Output.ReplaceControlCharacters($"{(string)one!["result"]!,-7}  {(string)one["name"]!,-9}  {one["text"]}"));
                    Output.Lines(one["add"] is { } add ? Output.ReplaceControlCharacters($"         → {add}") : "");
                }
            }

            return (bool)answer["ok"]! ? ExitCode.Done : ExitCode.Failed;
        });
        return command.WithExamples("sluice mail check ada@example.com", "sluice mail check ada@example.com --json");
    }

    private static async Task<string> FindIdAsync(ControlClient client, string mailbox, CancellationToken ct) => !mailbox.Contains('@') ? mailbox
        : (string?)(await client.SendAsync(Url, null, ct))["mailboxes"]!.AsArray().FirstOrDefault(one => mailbox.Equals((string?)one!["address"], StringComparison.OrdinalIgnoreCase))?["id"]
            ?? throw new CliException($"There is no mailbox {mailbox}. See the mailboxes: sluice mailboxes list", ExitCode.Usage);
}
