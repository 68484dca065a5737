using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice inbound</c>.</summary>
public sealed class InboundCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_raw_message_in_a_file_is_taken_in_and_told(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = (await app.MailOfAsync(instance))[0];

        var reply = await RunAsync(app, $"From: Ada <003a@example.org>\r\nMessage-ID: <m1@example.org>\r\nIn-Reply-To: <{mail.MessageId}>\r\n\r\nYes\r\n");
        var own = await RunAsync(app, $"From: {TestApp.RepEmail}\r\n\r\nHi\r\n");
        var empty = await RunAsync(app, "");

        Assert.Equal(new CliReply(ExitCode.Done, $"reply, about 003a@example.org. Nothing says that a program sent it.\n{TestApp.Wire(instance)}: replied\n", ""), reply);
        Assert.Equal((ExitCode.NothingChanged, "sluice: nothing changed: no flow instance is concerned.\n"), (own.Code, own.Error));
        Assert.Equal((ExitCode.NothingChanged, "sluice: The body is empty: it should be a message (RFC 5322)\n"), (empty.Code, empty.Error));
    }

    public void Dispose() => File.Delete(_file);

    private async Task<CliReply> RunAsync(TestApp app, string message)
    {
        await File.WriteAllTextAsync(_file, message);
        var key = await app.HasManageKeyAsync();
        return await CommandLine.RunAsync("inbound", _file, "--url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret);
    }
}
