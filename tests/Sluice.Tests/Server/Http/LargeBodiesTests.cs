using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Server.Http;
using Sluice.Tests.Server.Api.Manage.Flows;

namespace Sluice.Tests.Server.Http;

public sealed class LargeBodiesTests
{
    [Fact]
    public async Task Some_megabytes_are_in_memory_at_once_and_one_body_of_each_company()
    {
        using var bodies = new LargeBodies(TimeSpan.Zero);
        var first = await bodies.EnterAsync(1, Megabytes(LargeBodies.Megabytes - 2), CancellationToken.None);
        var second = await bodies.EnterAsync(2, Megabytes(2) - 1, CancellationToken.None);

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Null(await bodies.EnterAsync(1, 1, CancellationToken.None)); // It has one already.
        Assert.Null(await bodies.EnterAsync(3, 1, CancellationToken.None)); // There is no room.
        using var inFile = await bodies.EnterAsync(4, 0, CancellationToken.None);
        Assert.NotNull(inFile); // It needs none.

        second.Dispose();
        Assert.Null(await bodies.EnterAsync(3, Megabytes(2) + 1, CancellationToken.None)); // There is too little room.
        using var third = await bodies.EnterAsync(3, Megabytes(2), CancellationToken.None);
        Assert.NotNull(third);
        first.Dispose();
        using var again = await bodies.EnterAsync(1, Megabytes(LargeBodies.Megabytes - 2), CancellationToken.None);
        Assert.NotNull(again); // Being refused has taken no room.
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_large_body_that_finds_no_room_is_told_to_come_back_and_a_small_one_passes(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = services => services.AddSingleton(_ => new LargeBodies(TimeSpan.Zero)) });
        var key = await app.HasManageKeyAsync();
        var bodies = app.Services.GetRequiredService<LargeBodies>();
        using (await bodies.EnterAsync(app.Tenant.Id, 1, CancellationToken.None))
        {
            var refused = await ApplyAsync(app, key, new string(' ', 2 * RequestBody.MaxBytes));
            Assert.Equal((HttpStatusCode.TooManyRequests, "5"), (refused.Status, refused.Header("Retry-After")));
            Assert.Equal(HttpStatusCode.OK, (await ApplyAsync(app, key, "")).Status);
        }

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(HttpStatusCode.OK, (await ApplyAsync(app, key, new string(' ', 2 * RequestBody.MaxBytes))).Status); // Each gives its room back.
        }
    }

    [Theory, EveryDatabase]
    public async Task An_export_that_needs_a_file_is_whole_and_takes_a_turn(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = services => services.AddSingleton(_ => new LargeBodies(TimeSpan.Zero)) });
        var author = await Author.OfAsync(app);
        var names = Enumerable.Range(0, 220).Select(number => string.Create(CultureInfo.InvariantCulture, $"Flow {number:D3}")).ToList();
        var body = new string('é', 1000);
        var flows = names.AsEnumerable().Reverse().Select(name => $$"""{"kind":"flow","name":"{{name}}","owner":"{{TestApp.RepEmail}}","steps":[{"key":"a","action":"AUTO_SEND_EMAIL","subject":"Hello","body":"{{body}}"}]}""");
        Assert.Equal(HttpStatusCode.OK, (await author.PostAsync("apply", $$"""{"documents":[{{string.Join(',', flows)}}]}""")).Status);

        var exported = (await author.GetAsync("export")).Json["documents"]!.AsArray().Where(one => ((string)one!["name"]!).StartsWith("Flow ", StringComparison.Ordinal)).ToList();

        Assert.Equal(names, exported.Select(one => (string)one!["name"]!));
        Assert.All(exported, one => Assert.Equal(body, (string)one!["steps"]![0]!["body"]!));
        using (await app.Services.GetRequiredService<LargeBodies>().EnterAsync(app.Tenant.Id, 1, CancellationToken.None))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, (await author.GetAsync("export")).Status);
            Assert.Equal(HttpStatusCode.OK, (await (await Author.OfAsync(app, await app.HasTenantAsync("Other"))).GetAsync("export")).Status);
        }
    }

    private static Task<Reply> ApplyAsync(TestApp app, Sluice.Engine.Companies.ApiKeyCredentials key, string space) =>
        app.SendAsync(HttpMethod.Post, "/sluice/v1/apply", new StringContent($$"""{"documents":[]{{space}}}""", Encoding.UTF8, "application/json"), key);

    private static long Megabytes(int count) => count * 1024L * 1024;
}
