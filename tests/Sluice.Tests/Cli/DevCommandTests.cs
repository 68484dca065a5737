using System.Net;
using System.Net.NetworkInformation;
using Sluice.Cli.Shared;
using Sluice.Tests.Server.Dev.MailPorts;

namespace Sluice.Tests.Cli;

/// <summary>Options of <c>sluice dev</c>.</summary>
[Slow]
public sealed class DevCommandTests
{
    [Fact]
    public async Task The_page_size_cuts_the_lists_of_v2()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral", "--page-size", "50");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/users") { Headers = { Authorization = Credential.Basic((string)server.Ready["accessKey"]!, (string)server.Ready["accessKeySecret"]!) } };

        var reply = await Reply.ReadAsync(await server.Client.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal((130, 50), ((int)reply.Json["records"]!["totalRecords"]!, reply.Each("users", "id").Count()));
        Assert.NotNull(reply.Json["records"]!["cursor"]);
    }

    /// <summary>A wrong command line with --fresh must not cost the data.</summary>
    [Theory]
    [InlineData("--page-size", "0", "--page-size takes 1 to 100, not 0.")]
    [InlineData("--page-size", "101", "--page-size takes 1 to 100, not 101.")]
    [InlineData("--port", "65536", "--port takes 0 to 65535, not 65536.")]
    [InlineData("--mail-ports", "1025", "--mail-ports takes two different ports, of SMTP and of IMAP, such as 1025,1143, not 1025.")]
    [InlineData("--mail-ports", "1025,65536", "--mail-ports takes two different ports, of SMTP and of IMAP, such as 1025,1143, not 1025,65536.")]
    [InlineData("--mail-ports", "1143,1143", "--mail-ports takes two different ports, of SMTP and of IMAP, such as 1025,1143, not 1143,1143.")]
    [InlineData("--mail-ports", "-1,1143", "--mail-ports takes two different ports, of SMTP and of IMAP, such as 1025,1143, not -1,1143.")]
    [InlineData("--mail-ports", "", "--mail-ports takes two different ports, of SMTP and of IMAP, such as 1025,1143, not .")]
    public async Task A_wrong_option_is_refused_before_anything_is_deleted(string option, string value, string message)
    {
        var directory = Directory.CreateTempSubdirectory("sluice-dev-").FullName;
        var file = Path.Combine(directory, "dev.db");
        await File.WriteAllTextAsync(file, "kept", TestContext.Current.CancellationToken);

        var reply = await CommandLine.RunAsync("dev", "--fresh", "--database", file, option, value);

        Assert.Equal((ExitCode.Usage, $"sluice: {message}\n"), (reply.Code, reply.Error));
        Assert.Equal("kept", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task The_mail_ports_are_on_this_machine_alone_and_stop_with_the_server()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral", "--host", "0.0.0.0", "--mail-ports", "0,0");
        var ports = (Smtp: (int)server.Ready["smtpPort"]!, Imap: (int)server.Ready["imapPort"]!);
        using var talk = await TextTalk.ToAsync(ports.Imap);
        await talk.AskAsync("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 IDLE\r\n", "+ ");

        var addresses = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(at => at.Port == ports.Smtp || at.Port == ports.Imap).Select(at => at.Address).ToList();
        Assert.Equal(0, await server.TerminateAsync());

        Assert.Equal([IPAddress.Loopback, IPAddress.Loopback], addresses);
        Assert.Equal("* BYE The server stops", await talk.ReadToEndAsync());
    }

    [Fact]
    public async Task A_mail_port_that_is_taken_is_named()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral", "--mail-ports", "0,0");

        var reply = await CommandLine.RunAsync("dev", "--ephemeral", "--port", "0", "--mail-ports", $"{server.Ready["smtpPort"]},0");

        Assert.Equal((ExitCode.Failed, $"sluice: a port of --mail-ports {server.Ready["smtpPort"]},0 is taken by another program. Choose others, or free ones with --mail-ports 0,0.\n"), (reply.Code, reply.Error));
    }

    [Fact]
    public async Task A_production_server_has_no_mail_ports()
    {
        var reply = await CommandLine.RunAsync("serve", "--mail-ports", "0,0");

        Assert.Equal(ExitCode.Usage, reply.Code);
        Assert.Contains("--mail-ports", reply.Error, StringComparison.Ordinal);
    }
}
