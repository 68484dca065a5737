using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

public sealed class ServerTests
{
    [Theory, EveryDatabase]
    public async Task The_server_listens_on_a_free_port(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);

        (await app.GetAsync("/ready")).ShouldBe(OK, """{ "status": "ready" }""");
        Assert.True(app.Address is { Host: "127.0.0.1", Port: > 0 });
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_server_neither_reads_nor_watches_its_working_directory(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Equal(AppContext.BaseDirectory, app.Services.GetRequiredService<IHostEnvironment>().ContentRootPath);
        var settings = (IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>();
        Assert.All(settings.Providers.OfType<FileConfigurationProvider>(), file => Assert.False(file.Source.ReloadOnChange));
    }

    [Theory, EveryDatabase]
    public async Task Stored_data_survives_a_restart(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");

        await app.RestartAsync();

        var reply = await app.ListAsync("ada");
        Assert.Equal($"{instance.Id}", (string?)reply.Json["prospectsAssigned"]![0]!["flowInstanceId"]);
    }

    [Theory, EveryDatabase]
    public async Task Two_nodes_serve_one_database(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasInstanceAsync("ada");

        var reply = await other.UnassignAsync(instance.Id);

        reply.ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
        (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
    }

    [Theory, EveryDatabase]
    public async Task A_company_does_not_see_another_companys_data(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        await app.HasInstanceAsync("ada", of: other);

        (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
        var theirs = await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = new[] { "ada" } }, other.Key);
        Assert.Single(theirs.Json["prospectsAssigned"]!.AsArray());
    }
}
