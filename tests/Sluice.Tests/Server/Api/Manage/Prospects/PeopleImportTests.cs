using System.Text;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Prospects;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Prospects;

/// <summary>People from a CSV file: by any names of columns, with a fault for each bad row, and first of all without storing anything.</summary>
public sealed class PeopleImportTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, EveryDatabase]
    public async Task A_file_adds_and_changes_people_and_names_each_bad_row(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectWithEmailAsync("crm-1", "old@example.org", change: one => one with { Title = "CTO" });
        var csv = new StringBuilder();
        CsvText.WriteRow(csv, "Record ID", "E-Mail", "Vorname", "last_name", "Company", "Notes", "Time Zone");
        CsvText.WriteRow(csv, "crm-1", "new@example.org", "Zoë, \"Z\"", "", "Globex", "x", "Europe/Berlin");
        CsvText.WriteRow(csv, "crm-2", "two@example.org", "شركة", "-Lee", "", "", "");
        CsvText.WriteRow(csv, "crm-3", "nobody", "", "", "", "", "");
        CsvText.WriteRow(csv, "crm-2", "again@example.org", "", "", "", "", "");
        CsvText.WriteRow(csv, "", "", "Nameless", "", "", "", "");
        CsvText.WriteRow(csv, "crm-4", "four@example.org", "", "", "", "", "Mars/Olympus");
        CsvText.WriteRow(csv, "", "Five@Example.org", "", "", "", "", "");
        var before = await app.Db.DumpAsync();

        var dry = await ImportAsync(author, csv, isDry: true);
        Assert.Equal(before, await app.Db.DumpAsync());
        var real = await ImportAsync(author, csv, isDry: false);

        Assert.Equal(dry.Json.ToJsonString().Replace("\"dryRun\":true", "\"dryRun\":false", StringComparison.Ordinal), real.Json.ToJsonString());
        Assert.Equal((2, 1, 0, 4), ((int)real.Json["added"]!, (int)real.Json["changed"]!, (int)real.Json["same"]!, (int)real.Json["failed"]!));
        Assert.Equal(["crmId", "email", "firstName", "lastName", "company", null, "timeZone"], real.Json["columns"]!.AsArray().Select(one => (string?)one!["field"]));
        Assert.Equal(
            [(4, "email: is no e-mail address"), (5, "has the CRM id of line 3"), (6, "has neither a CRM id"), (7, "timeZone: is no time zone")],
            real.Json["faults"]!.AsArray().Select(one => ((int)one!["line"]!, (string)one["error"]!)).Select(one => (one.Item1, new[] { "email: is no e-mail address", "has the CRM id of line 3", "has neither a CRM id", "timeZone: is no time zone" }.First(text => one.Item2.StartsWith(text, StringComparison.Ordinal)))));
        var people = (await new ProspectStore(app.Db).FindAsync(app.Tenant.Id, ["crm-1", "crm-2", "Five@Example.org"], None)).ToDictionary(one => one.Prospect.CrmId, one => one.Prospect);
        Assert.Equal(("Zoë, \"Z\"", "new@example.org", "CTO", "Globex", "Europe/Berlin"), (people["crm-1"].FirstName, people["crm-1"].Email, people["crm-1"].Title, people["crm-1"].CompanyName, people["crm-1"].TimeZone));
        Assert.Equal(("شركة", "-Lee"), (people["crm-2"].FirstName, people["crm-2"].LastName));
        Assert.Equal("Five@example.org", people["Five@Example.org"].Email, ignoreCase: true);
        Assert.Equal((0, 0, 3), await NumbersAsync(author, csv));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_file_that_is_wrong_as_a_whole_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var (csv, columns, fault) in new[]
        {
            ("", "[]", "csv"), ("name\nAda\n", "[]", "crmId or email"), ("email\n\"a\n", "[]", "a quote is not closed"), ("email,E-mail\na@x.example,b@x.example\n", "[]", "Two columns are email"),
            ("email\na@x.example\n", """[{"name":"Mail","field":"email"}]""", "There is no column"), ("email\na@x.example\n", """[{"name":"email","field":"nose"}]""", "field"),
            ("email\n" + string.Concat(Enumerable.Range(0, 10_001).Select(at => $"{at}\n")), "[]", "more than 10000 rows"),
            ("email\n" + new string(',', 1000), "[]", "line 2: there are more than 1000 cells"),
        })
        {
            var reply = await author.PostAsync("prospects/import", new JsonObject { ["csv"] = csv, ["columns"] = JsonNode.Parse(columns) }.ToJsonString());
            Assert.Equal((fault, BadRequest, true), (fault, reply.Status, reply.Text.Contains(fault, StringComparison.Ordinal)));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_command_sends_a_large_file_in_pieces_and_names_the_lines_of_the_file(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var key = await app.HasManageKeyAsync();
        var file = Path.Combine(Directory.CreateTempSubdirectory("sluice_").FullName, "people.csv");
        var rows = Enumerable.Range(0, 12_000).Select(at => at == 11_000 ? "nobody,x\r\n" : $"p{at}@example.org,\"Ann\r\nLee\"\r\n");
        await File.WriteAllTextAsync(file, "email,Vorname\r\n" + string.Concat(rows));
        Task<CliReply> RunAsync(params string[] more) => CommandLine.RunAsync(["prospects", "import", file, .. more, "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret]);

        var dry = await RunAsync("--dry-run", "--column", "Vorname=firstName");
        Assert.StartsWith("Dry run: 11999 new, 0 changed, 0 as they were, 1 with a fault", dry.Output, StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("prospects"));
        var real = await RunAsync("--column", "Vorname=firstName");

        Assert.Equal(ExitCode.Refused, real.Code);
        Assert.StartsWith("11999 new, 0 changed, 0 as they were, 1 with a fault", real.Output, StringComparison.Ordinal);
        Assert.Contains("line 22002: email: is no e-mail address", real.Output, StringComparison.Ordinal);
        Assert.Equal(11_999, await app.CountAsync("prospects where first_name is not null"));
        Assert.Equal(ExitCode.Usage, (await RunAsync("--column", "Vorname")).Code);
        File.Delete(file);
    }

    /// <summary>A file as large as a company has: a look, the import, the import of the same file again, and one that changes every tenth person.</summary>
    [Theory(Explicit = true), EveryDatabase]
    public async Task A_hundred_thousand_people_are_imported_in_seconds(Database database)
    {
        const int People = 100_000;
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var key = await app.HasManageKeyAsync();
        var file = Path.Combine(Directory.CreateTempSubdirectory("sluice_").FullName, "people.csv");
        Task WriteAsync(int changed) => File.WriteAllLinesAsync(file, Enumerable.Range(0, People).Select(at =>
            $"crm-{at},person{at}@company{at % 5000}.example,First{at},Last{at},{(changed > 0 && at % changed == 0 ? "CTO" : "Engineer")},Company {at % 5000},+49 30 {at:000000},Europe/Berlin").Prepend("CRM id,Email,First name,Last name,Title,Company,Phone,Time zone"));
        async Task RunAsync(string what, string expected, params string[] more)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var reply = await CommandLine.RunAsync(["prospects", "import", file, .. more, "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret]);
            output.WriteLine(FormattableString.Invariant($"{database}: {what}: {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s"));
            Assert.Equal((ExitCode.Done, expected), (reply.Code, reply.Output.Trim()));
        }

        await WriteAsync(changed: 0);
        await RunAsync("dry run", "Dry run: 100000 new, 0 changed, 0 as they were, 0 with a fault", "--dry-run");
        Assert.Equal(0, await app.CountAsync("prospects"));
        await RunAsync("import", "100000 new, 0 changed, 0 as they were, 0 with a fault");
        await RunAsync("the same again", "0 new, 0 changed, 100000 as they were, 0 with a fault");
        await WriteAsync(changed: 10);
        await RunAsync("a tenth changed", "0 new, 10000 changed, 90000 as they were, 0 with a fault");

        Assert.Equal((People, 10_000), (await app.CountAsync("prospects where company_name is not null and time_zone is not null"), await app.CountAsync("prospects where title = 'CTO'")));
        File.Delete(file);
    }

    private static Task<Reply> ImportAsync(Author author, StringBuilder csv, bool isDry) => author.PostAsync(
        "prospects/import", new JsonObject { ["csv"] = csv.ToString(), ["dryRun"] = isDry, ["columns"] = new JsonArray(new JsonObject { ["name"] = "Vorname", ["field"] = "firstName" }) }.ToJsonString());

    private static async Task<(int Added, int Changed, int Same)> NumbersAsync(Author author, StringBuilder csv) =>
        (await ImportAsync(author, csv, isDry: false)).Json is var json ? ((int)json["added"]!, (int)json["changed"]!, (int)json["same"]!) : default;
}
