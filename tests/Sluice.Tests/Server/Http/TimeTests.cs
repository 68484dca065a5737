using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

public sealed class TimeTests
{
    [Theory, EveryDatabase]
    [Wire(All, "seed", "A time has the offset that the company's time zone had at that time")]
    [Wire(All, "inf", "UTC, the default time zone of a company, is written Z")]
    [Wire(All, "inf", "A time has a fraction only if it is not zero")]
    public async Task A_time_is_shown_in_the_companys_time_zone(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        (string Zone, string Time, string OnTheWire)[] cases =
        [
            (TestApp.LosAngeles, "2019-01-20T08:00:00Z", "2019-01-20T00:00:00-08:00"),
            (TestApp.LosAngeles, "2019-07-20T08:00:00Z", "2019-07-20T01:00:00-07:00"),
            (TestApp.LosAngeles, "2026-03-08T09:59:59.999Z", "2026-03-08T01:59:59.999-08:00"),
            (TestApp.LosAngeles, "2026-03-08T10:00:00Z", "2026-03-08T03:00:00-07:00"),
            (TestApp.LosAngeles, "2026-11-01T08:30:00Z", "2026-11-01T01:30:00-07:00"),
            (TestApp.LosAngeles, "2026-11-01T09:30:00Z", "2026-11-01T01:30:00-08:00"),
            ("UTC", "2019-07-20T08:00:00Z", "2019-07-20T08:00:00Z"),
            ("UTC", "2019-07-20T08:00:00.007Z", "2019-07-20T08:00:00.007Z"),
            ("Asia/Kolkata", "2019-12-31T23:45:00.25Z", "2020-01-01T05:15:00.250+05:30"),
            ("America/St_Johns", "2019-01-20T00:00:00Z", "2019-01-19T20:30:00-03:30"),
        ];
        var user = await app.HasUserAsync("one@example.com");

        foreach (var (zone, time, onTheWire) in cases)
        {
            await app.HasSettingsAsync(company => company with { TimeZone = zone });
            var at = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
            await app.Db.ExecuteAsync($"update users set created_at = {at} where id = {user.Id}", CancellationToken.None);
            var instance = await app.HasInstanceAsync($"{zone} {time}", createdAt: at);
            app.Clock.Advance(TimeSpan.FromSeconds(1));

            var (listed, shown) = (await app.ListAsync(instance.CrmProspectId), await app.GetAsync($"/v2/users/{user.Id}"));

            Assert.Equal([onTheWire], listed.Each("prospectsAssigned", "flowInstanceCreateDate"));
            Assert.Equal(onTheWire, (string?)shown.Json["user"]!["created"]);
        }
    }
}
