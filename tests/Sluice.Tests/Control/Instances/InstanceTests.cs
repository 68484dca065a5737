using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Control.Instances;

public sealed class InstanceTests
{
    [Theory, EveryDatabase]
    public async Task A_person_pauses_resumes_and_finishes(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        var url = $"/sluice/v1/flow-instances/{instance.Id}";
        var key = await app.ManagerAsync();

        Task<Reply> PostAsync(string what) => what == "pause" ? app.PostTextAsync($"{url}/{what}", "{}", key) : app.SendAsync(HttpMethod.Post, $"{url}/{what}", key: key);
        async Task HoldsAsync(string what, string status) =>
            (await PostAsync(what)).ShouldBe(OK, $$"""{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"{{status}}"}""");

        await HoldsAsync("pause", "Paused");
        (await PostAsync("pause")).ShouldRefuse(Conflict, "The flow instance is Paused: there is nothing to change");
        await HoldsAsync("resume", "Running");
        await HoldsAsync("finish", "Finished");
        (await PostAsync("resume")).ShouldRefuse(Conflict, "The flow instance is Finished: there is nothing to change");
        (await app.PostTextAsync($"{url}/pause", """{"until":"soon"}""", key)).ShouldRefuse(BadRequest, "until should be a valid ISO-8601 date and time with an offset");
    }
}
