using Microsoft.Extensions.DependencyInjection;
using Sluice.Client;

// Takes a prospect out of all flows, assigns it to one, shows it, and takes it out again.
//   Sample.Client URL ACCESS-KEY SECRET
var services = new ServiceCollection();
services.AddSluice(options => (options.BaseAddress, options.AccessKey, options.AccessKeySecret) = (new Uri(args[0]), args[1], args[2]));
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<SluiceClient>();

const string Owner = "test@test.com";
CrmId[] people = [new("a5V1Q00A120DP4CVAW")];
var flow = default(FlowId);
await foreach (var one in client.ListFlowsAsync(Owner))
{
    flow = one.Name.StartsWith("Warehouse", StringComparison.Ordinal) ? one.Id : flow;
}

Console.WriteLine($"{(await client.UnassignAsync(people[0])).Unassigned.Count} removed");
var result = await client.AssignSafelyAsync(flow, people, Owner);
Console.WriteLine($"{result.Assigned.Count} assigned, {result.NotAssigned.Count} refused");
await foreach (var run in client.ListAssignedFlowsAsync(people))
{
    Console.WriteLine($"{run.FlowName}: {run.FlowInstanceStatus}");
}

Console.WriteLine($"{(await client.UnassignAsync(people[0], flow)).Unassigned.Count} removed");
try
{
    await client.ListFlowStepsAsync([new FlowId("1")]).GetAsyncEnumerator().MoveNextAsync();
}
catch (SluiceException refused)
{
    Console.WriteLine(refused.Message);
}
