using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Cli;

public sealed class KeyExpiryTests
{
    [Theory, EveryDatabase]
    public async Task A_key_expires_at_a_time_in_any_form_with_an_offset(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (text, utc) in (IEnumerable<(string, string)>)[("2027-12-31T00:00:00Z", "2027-12-31T00:00:00Z"), ("2028-01-05T09:30Z", "2028-01-05T09:30:00Z"), ("2029-01-05t09:30:00.5+0130", "2029-01-05T08:00:00.5Z")])
        {
            Assert.Equal(ExitCode.Done, (await RunAsync(app, text)).Code);
            Assert.Equal(WireTime.Read(utc), (await app.Db.QueryAsync($"select max(expires_at) as expires_at from api_keys", row => row.Time("expires_at"), CancellationToken.None)).Single());
        }
    }

    [Theory, EveryDatabase]
    public async Task Any_other_expiry_is_refused_and_makes_no_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var before = await app.Db.DumpAsync();
        foreach (var (text, sentence) in (IEnumerable<(string, string)>)
        [
            ("2027-12-31", "--expires takes a time such as 2027-12-31T00:00:00Z, not 2027-12-31."),
            ("2027-12-31T00:00:00", "--expires takes a time such as 2027-12-31T00:00:00Z, not 2027-12-31T00:00:00."),
            ("31/12/2027", "--expires takes a time such as 2027-12-31T00:00:00Z, not 31/12/2027."),
            ("9999-12-31T23:59:59Z", "--expires should be a time from 1900-01-01T00:00:00Z to 9999-01-01T00:00:00Z."),
        ])
        {
            var reply = await RunAsync(app, text);
            Assert.Equal((ExitCode.Usage, $"sluice: {sentence}\nSee: sluice keys create --help\n"), (reply.Code, reply.Error));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    private static Task<CliReply> RunAsync(TestApp app, string expires) => CommandLine.RunAsync("keys", "create", "--company", app.Tenant.Company.Name, "--expires", expires, "--database", app.Connection);
}
