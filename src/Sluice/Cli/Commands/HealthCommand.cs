using System.CommandLine;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice health</c>: for a container, which has no curl in it.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var connection = new ApiConnection();
        var command = new Command("health", "Ask a server whether it is ready: its database answers. Exits with 0 if so.");
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var address = connection.Read(given) with { Credential = null }; // /ready takes none.
            using var client = address.Open();
            client.Timeout = Timeout;
            using var question = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.Base}/ready"));
            using var reply = await address.SendAsync(client, question, ct);
            if (!reply.IsSuccessStatusCode)
            {
                throw new CliException($"{address.Base} is not ready: it answered {(int)reply.StatusCode}.");
            }

            Output.Standard.WriteLine("Ready.");
        });
        return command.WithExamples("sluice health", "sluice health --base-url http://127.0.0.1:8080");
    }
}
