using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Cli;

public sealed class SuppressionCommandTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_stop_list_is_shown_changed_imported_and_exported(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var admin = await app.HasKeyAsync([Scopes.Manage]);
        Task<CliReply> RunAsync(params string[] args) => CommandLine.RunAsync(["suppressions", .. args, "--base-url", app.Address.ToString(), "--key", admin.AccessKey, "--secret", admin.AccessKeySecret]);
        Assert.Contains("The stop list is empty", (await RunAsync("list")).Output + (await RunAsync("list")).Error, StringComparison.Ordinal);

        var added = JsonNode.Parse((await RunAsync("add", "@competitor.example", "--reason", "A competitor", "--json")).Output)!;
        Assert.Equal("domain", (string?)added["kind"]);
        Assert.StartsWith("sam@x.example is on the stop list (unsubscribed, entry ", (await RunAsync("add", "SAM@x.example", "--kind", "unsubscribed")).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, (await RunAsync("add", "sam")).Code);

        var file = Path.Combine(Directory.CreateTempSubdirectory("sluice_").FullName, "stop.csv");
        await File.WriteAllTextAsync(file, "address,reason\r\na@x.example,one\r\nnobody,two\r\n");
        var imported = await RunAsync("import", file);
        Assert.Equal(ExitCode.Refused, imported.Code);
        Assert.StartsWith("1 added, 0 on the list already, 1 with a fault", imported.Output, StringComparison.Ordinal);
        Assert.Contains("line 3: address: should be an e-mail address", imported.Output, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Equal(ExitCode.Usage, (await RunAsync("import", file)).Code);

        var exported = (await RunAsync("export")).Output;
        Assert.StartsWith("address,kind,since,reason,id\r\na@x.example,manual,", exported, StringComparison.Ordinal);
        Assert.Contains("'@competitor.example,domain,", exported, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await RunAsync("lift", (string)added["id"]!, "--reason", "Bought by us")).Code);
        Assert.Equal(ExitCode.Refused, (await RunAsync("lift", (string)added["id"]!, "--reason", "again")).Code);
        var listed = JsonNode.Parse((await RunAsync("list", "--lifted", "--json")).Output)!.AsArray();
        Assert.Equal([null, null, "Bought by us"], listed.Select(one => (string?)one!["liftedReason"]));
    }
}
