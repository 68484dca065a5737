using System.Globalization;

namespace Sluice.Tests.Client.Analyzers;

/// <summary>The analyzers that are in the package of the client. tests/samples sees them work from the package.</summary>
public sealed class AnalyzerTests
{
    [Fact]
    public async Task An_id_is_not_made_from_a_number()
    {
        var found = await Analyzed.HasAsync("""
            using System.Globalization;
            using System.Text.Json;

            class Ids
            {
                void Wrong(long number, double rounded, int? maybe, ulong big, JsonElement json, FlowId id)
                {
                    _ = new FlowId($"{number}"); // SLUICE001
                    _ = new FlowInstanceId(number.ToString(CultureInfo.InvariantCulture)); // SLUICE001
                    _ = new UserId(Convert.ToString(rounded)!); // SLUICE001
                    _ = new TaskId("" + big); // SLUICE001
                    _ = new WorkspaceId(string.Create(CultureInfo.InvariantCulture, $"{rounded:F0}")); // SLUICE001
                    _ = new FlowStepId(string.Format(CultureInfo.InvariantCulture, "{0}", number)); // SLUICE001
                    _ = new FlowFolderId(json.GetProperty("id").GetInt64().ToString()); // SLUICE001
                    _ = new BulkAssignmentId(maybe?.ToString() ?? ""); // SLUICE001
                    _ = new FlowId(number > 0 ? number.ToString() : "0"); // SLUICE001
                    var text = number.ToString(); // SLUICE001
                    _ = new FlowId(text);
                    _ = id with { Value = $"{number}" }; // SLUICE001
                    FlowId other = new(json.GetProperty("id").GetDouble().ToString()); // SLUICE001
                    _ = new CrmId($"{rounded}"); // SLUICE001
                }

                void Right(long number, string text, JsonElement json, Guid guid)
                {
                    _ = new FlowId(text);
                    _ = new FlowId("676834840070327393");
                    _ = new FlowId(json.GetProperty("id").GetString()!);
                    _ = new FlowId($"{text}");
                    _ = new BulkAssignmentId(guid.ToString());
                    _ = new CrmId($"{number}"); // The CRM's own ids may be integers.
                    _ = new CrmId("contact-" + number);
                    _ = new TimeSpan(number);
                }
            }
            """);

        Assert.Equal(
            "This FlowId is made from a number of type long: ids of the API are texts, and JSON readers round them when they read them as numbers. Keep the text that the API sent.",
            found[0].GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_cursor_is_not_inside_the_filter() => await Analyzed.HasAsync(""""
        using System.Text.Json.Nodes;

        class Filter { public string? Cursor { get; set; } public string[]? UserIds { get; set; } }

        class Body { public string? Cursor { get; set; } public Filter? Filter { get; set; } }

        class Cursors
        {
            void Wrong(string cursor, Body page, JsonObject made)
            {
                _ = new { filter = new { cursor } }; // SLUICE002
                _ = new { filter = new { userIds = new[] { "1" }, cursor = page.Cursor } }; // SLUICE002
                _ = new { filter = new { page.Cursor } }; // SLUICE002
                _ = new Body { Filter = new Filter { Cursor = cursor } }; // SLUICE002
                _ = new Body { Filter = { Cursor = cursor } }; // SLUICE002
                _ = new JsonObject { ["filter"] = new JsonObject { ["cursor"] = cursor } }; // SLUICE002
                _ = new Dictionary<string, object> { { "filter", new Dictionary<string, object> { { "cursor", cursor } } } }; // SLUICE002
                page.Filter!.Cursor = cursor; // SLUICE002
                made["filter"]!["cursor"] = cursor; // SLUICE002
                _ = "{\"filter\":{\"cursor\":\"abc\"}}"; // SLUICE002
                _ = $$$"""{"filter": {"createdFromDateTime": null, "cursor": "{{{cursor}}}"}}"""; // SLUICE002
                _ = $"{{\"filter\":{{\"cursor\":\"{cursor}\"}}}}"; // SLUICE002
                _ = """{"filter":{"userIds":["1"],"cursor":"abc"}}"""u8; // SLUICE002
            }

            void Right(string cursor, Body page, JsonObject made)
            {
                _ = new { cursor, filter = new { userIds = new[] { "1" } } };
                _ = new Body { Cursor = cursor, Filter = new Filter { UserIds = [cursor] } };
                _ = new JsonObject { ["cursor"] = cursor, ["filter"] = new JsonObject() };
                _ = new { filter = Of(new { cursor }) };
                page.Cursor = cursor;
                made["cursor"] = cursor;
                _ = $$"""{"filter":{"userIds":[]},"cursor":"{{cursor}}"}""";
            }

            static object Of(object other) => other;
        }
        """");

    [Fact]
    public async Task A_write_is_not_called_again_by_a_loop() => await Analyzed.HasAsync("""
        class Loops(SluiceClient client)
        {
            async Task Wrong(FlowId flow, CrmId[] people, FlowInstanceId id, CancellationToken ct)
            {
                for (var i = 0; i < 3; i++)
                {
                    try
                    {
                        await client.AssignAsync(flow, people, "a@b.c", ct: ct); // SLUICE003
                        break;
                    }
                    catch (SluiceException)
                    {
                        await Task.Delay(1000, ct);
                    }
                }

                var done = false;
                while (!done)
                {
                    using var limit = new CancellationTokenSource();
                    try
                    {
                        await client.UnassignAsync([id], ct: limit.Token); // SLUICE003
                        done = true;
                    }
                    catch
                    {
                    }
                }

                foreach (var person in people)
                {
                    foreach (var pause in (int[])[1, 2, 4])
                    {
                        try
                        {
                            await client.AssignAsync(flow, people.Select(one => new CrmId(one.Value)), "a@b.c"); // SLUICE003
                            await client.AssignAsync(flow, person, "a@b.c"); // SLUICE003
                            return;
                        }
                        catch (Exception fault) when (fault is not OperationCanceledException)
                        {
                            if (pause < 4)
                            {
                                continue;
                            }

                            throw;
                        }
                    }
                }
            }

            async Task Right(FlowId flow, CrmId[] people, FlowInstanceId id, Queue<CrmId> queue)
            {
                foreach (var person in people)
                {
                    try
                    {
                        await client.AssignAsync(flow, person, "a@b.c");
                    }
                    catch (SluiceException)
                    {
                    }
                }

                while (true)
                {
                    try
                    {
                        await client.AssignAsync(flow, queue.Dequeue(), "a@b.c");
                        await client.AssignSafelyAsync(flow, people, "a@b.c");
                        await client.UploadCrmObjectsAsync(new("1"), CrmObjectType.Lead, "upload-1", new System.IO.MemoryStream());
                    }
                    catch (SluiceException fault)
                    {
                        Console.WriteLine(fault.Message);
                    }

                    if (queue.Count == 0)
                    {
                        break;
                    }
                }

                for (var i = 0; i < 3; i++)
                {
                    try
                    {
                        await client.UnassignAsync([id]);
                    }
                    catch (SluiceException fault) when (!fault.IsOutcomeUnknown)
                    {
                        await Task.Delay(1000);
                    }

                    try
                    {
                        await client.UnassignAsync([id]);
                    }
                    catch (SluiceException)
                    {
                        throw;
                    }
                }
            }

            async Task LooksFirst(FlowId flow, CrmId person)
            {
                while (await client.ListAssignedFlowsAsync([person]).GetAsyncEnumerator().MoveNextAsync())
                {
                    try
                    {
                        await client.AssignAsync(flow, person, "a@b.c");
                    }
                    catch (SluiceException)
                    {
                    }
                }
            }
        }
        """);

    [Fact]
    public async Task A_write_is_not_called_again_by_a_pipeline_or_a_handler()
    {
        var found = await Analyzed.HasAsync("""
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.Extensions.Http.Resilience;
            using Polly;

            class Pipelines(SluiceClient client, ResiliencePipeline pipeline)
            {
                async Task Wrong(FlowId flow, CrmId person, SluiceOptions options, IServiceCollection services)
                {
                    await pipeline.ExecuteAsync(async ct => await client.AssignAsync(flow, person, "a@b.c", ct: ct)); // SLUICE003
                    await RetryAsync(() => client.ChangeTaskAsync(new("1"), new("1"), new TaskChange())); // SLUICE003
                    _ = new SluiceClient(options, new Microsoft.Extensions.Http.Resilience.ResilienceHandler()); // SLUICE003
                    services.AddSluice(_ => { }).AddStandardResilienceHandler(); // SLUICE003
                    var builder = services.AddSluice("one", _ => { }).SetHandlerLifetime(TimeSpan.FromMinutes(1));
                    builder.AddPolicyHandler(); // SLUICE003
                }

                async Task Right(FlowId flow, CrmId person, SluiceOptions options, IServiceCollection services)
                {
                    await pipeline.ExecuteAsync(async ct => await client.AssignSafelyAsync(flow, [person], "a@b.c", ct: ct));
                    await pipeline.ExecuteAsync(async ct => await client.GetUserAsync(new("1"), ct));
                    await Task.Run(() => client.AssignAsync(flow, person, "a@b.c"));
                    _ = new SluiceClient(options, new SocketsHttpHandler());
                    services.AddSluice(_ => { }).SetHandlerLifetime(TimeSpan.FromMinutes(1));
                    services.AddHttpClient("other").AddStandardResilienceHandler();
                }

                static async Task RetryAsync(Func<Task> work) => await work();
            }

            namespace Microsoft.Extensions.Http.Resilience
            {
                class ResilienceHandler : DelegatingHandler;

                static class Extensions
                {
                    public static void AddStandardResilienceHandler(this IHttpClientBuilder builder) => builder.ToString();

                    public static void AddPolicyHandler(this IHttpClientBuilder builder) => builder.ToString();
                }
            }
            """);

        Assert.Equal(
            "AssignAsync is called again by ResiliencePipeline.ExecuteAsync: each call of a write has an idempotency key of its own, so a second call may do it twice. "
            + "The client repeats it by itself where that is safe; after a lost answer, look first what was done, as AssignSafelyAsync does.",
            found[0].GetMessage(CultureInfo.InvariantCulture));
    }
}
