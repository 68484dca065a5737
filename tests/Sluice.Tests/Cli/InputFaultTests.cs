using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>A file or a value that cannot be read gets a sentence, never a stack trace.</summary>
public sealed class InputFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("kind: flow\n  name: x\n bad", ":2:7: ")]
    [InlineData("a: 1\na: 2\n", ":2:1: Duplicate key a")]
    [InlineData("a: *nowhere\n", "The anchor 'nowhere' does not exist")]
    [InlineData("a: &a [*a]\n", "nested too deeply")]
    [InlineData("? {a: b}\n: c\n", "A field's name must be a string.")]
    [InlineData("\u0001: [\u0002", ":1:")]
    public async Task A_file_that_is_no_flow_is_named_with_its_place(string text, string why)
    {
        var file = Write("flow.yaml", text);

        var reply = await CommandLine.RunAsync("apply", file);

        Assert.Equal((ExitCode.Failed, ""), (reply.Code, reply.Output));
        Assert.StartsWith(file, reply.Error, StringComparison.Ordinal);
        Assert.Contains(why, reply.Error, StringComparison.Ordinal);
    }

    /// <summary>Such a file overflowed the stack, and the program ended with signal 6.</summary>
    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{a: ", 50_000)]
    [InlineData("- ", 50_000)]
    public async Task A_file_that_is_nested_too_deeply_is_refused(string piece, int times)
    {
        var reply = await CommandLine.RunAsync("apply", Write("deep.yaml", string.Concat(Enumerable.Repeat(piece, times))));

        Assert.Equal(ExitCode.Failed, reply.Code);
        Assert.Contains("nested too deeply", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no /dev/zero");
        foreach (var (path, why) in new[] { ("/nowhere.yaml", "there is no file"), (_folder, "is a directory, not a file."), ("/dev/zero", "has more than 32 MiB, which no request may have.") })
        {
            var reply = await CommandLine.RunAsync("call", "list-assigned-flows", "--body", $"@{path}");
            Assert.Equal(ExitCode.Failed, reply.Code);
            Assert.StartsWith("sluice: --body: ", reply.Error, StringComparison.Ordinal);
            Assert.Contains(why, reply.Error, StringComparison.Ordinal);
        }

        Assert.Equal("sluice: /dev/zero has more than 32 MiB, which no request may have.\n", (await CommandLine.RunAsync("apply", "/dev/zero")).Error);
        Assert.Equal($"sluice: --data-file: {_folder} is a directory, not a file.\n", (await CommandLine.RunAsync("call", "upload-crm-objects", "--integration-id", "1", "--object-type", "CONTACT", "--client-request-id", "a", "--data-file", _folder)).Error);
    }

    [Theory]
    [InlineData("--body takes JSON: Expected start of a property name or value, but instead reached end of data (line 1, byte 7).", "call", "list-assigned-flows", "--body", "{\"a\":1,")]
    [InlineData("flags cannot set fields of a --body that has a name twice.", "call", "list-assigned-flows", "--body", "{\"a\":1,\"a\":2}", "--crm-prospects-ids", "x")]
    [InlineData("the command line gives a key, secret or token with a line break or another letter that none has.", "call", "list-users", "--token", "a\nb")]
    [InlineData("the command line gives a key, secret or token with a line break or another letter that none has.", "clock", "show", "--token", "schlüssel")]
    [InlineData("--database is empty: name a file or a connection string.", "keys", "list", "--database", "")]
    [InlineData("--database is empty: name a file or a connection string.", "serve", "--database", "")]
    [InlineData("--to is empty: name a file or a connection string.", "migrate", "copy", "--from", "a.db", "--to", "")]
    [InlineData("--expires is in the past: nobody could ever use such a key.", "keys", "create", "--expires", "2001-01-01T00:00:00Z")]
    [InlineData("explain needs <id>, and it is empty.", "explain", "")]
    public async Task A_wrong_value_gets_a_sentence(string why, params string[] args) => Assert.Equal(new CliReply(ExitCode.Usage, "", $"sluice: {why}\n"), await CommandLine.RunAsync(args));

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_export_to_an_impossible_place_is_told(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var key = await app.HasKeyAsync(["sluice:manage"]);

        var reply = await CommandLine.RunAsync("export", Write("file", ""), "--url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret);

        Assert.Equal(ExitCode.Failed, reply.Code);
        Assert.Matches("^sluice: cannot write .* is a file.\n$", reply.Error);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return Path.Combine(_folder, name);
    }
}
