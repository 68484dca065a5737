using Sluice.Client;

// What the analyzers in the package of Sluice.Client warn about. tests/samples/run adds this file to a sample, and expects a warning in each line with a number.
internal static class Mistakes
{
    public static async Task MakeAsync(SluiceClient client, long number, string cursor)
    {
        var flow = new FlowId($"{number}"); // SLUICE001
        var body = new { filter = new { cursor } }; // SLUICE002
        for (var i = 0; i < 3; i++)
        {
            try
            {
                await client.AssignAsync(flow, [new CrmId("a")], $"{body}"); // SLUICE003
                return;
            }
            catch (SluiceException)
            {
            }
        }
    }
}
