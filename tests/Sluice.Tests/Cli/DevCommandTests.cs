using Sluice.Cli.Shared;

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
}
