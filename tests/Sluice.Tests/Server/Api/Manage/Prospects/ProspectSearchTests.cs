using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Prospects;

public sealed class ProspectSearchTests
{
    [Theory, EveryDatabase]
    public async Task People_are_found_by_the_beginning_of_a_name_an_address_or_a_crm_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var (crmId, first, last) in new[] { ("a1", "Maria", "Schulz"), ("a2", "Mario", "van der Berg"), ("B3", "Łukasz", "Öztürk"), ("a4", "50%_off", "O'Neil") })
        {
            await app.HasProspectWithEmailAsync(crmId, $"{crmId}@example.org", change: one => one with { FirstName = first, LastName = last });
        }

        await app.HasProspectAsync("nameless");
        await app.Db.ExecuteAsync($"update prospects set deleted_at = {app.Clock.GetUtcNow()} where crm_id = 'a2'", CancellationToken.None);
        foreach (var (typed, found) in new (string, string[])[]
        {
            ("mari", ["a1"]), ("MARIA", ["a1"]), ("schu", ["a1"]), ("maria sch", ["a1"]), ("maria x", []), ("ria", []), ("łuk", ["B3"]), ("Łukasz öz", ["B3"]), ("ÖZ", ["B3"]), ("b3@", ["B3"]),
            ("B3", ["B3"]), ("A1@EXAMPLE", ["a1"]), ("a", ["a4", "a1"]), ("50%", ["a4"]), ("%", []), ("_", []), ("o'n", ["a4"]), ("van", []), ("name", ["nameless"]), (" schulz ", ["a1"]),
        })
        {
            Assert.Equal((typed, string.Join(' ', found)), (typed, string.Join(' ', (await author.GetAsync($"prospects?search={Uri.EscapeDataString(typed)}")).Each("prospects", "crmProspectId"))));
        }

        Assert.Single((await author.GetAsync("prospects?search=a&limit=1")).Each("prospects", "crmProspectId"));
        (await author.GetAsync("prospects?search=a&before=a1")).ShouldRefuse(BadRequest, "search: is for a call without email and before: it gives the first that are found");
    }
}
