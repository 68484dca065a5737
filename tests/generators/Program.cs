// Makes the four calls with one of the generated clients: Clients kiota|nswag. Throws if an answer is not the expected one.
var server = new Server(Setting("SLUICE_BASE_URL"), Setting("SLUICE_BEARER_TOKEN"), Setting("INTEGRATION_ID"));
await (args[0] == "kiota" ? KiotaCalls.RunAsync(server) : NSwagCalls.RunAsync(server));

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");

internal sealed record Server(string Url, string Token, string IntegrationId)
{
    public const string FlowId = "676834840070327393"; // Of the demo data; a double would round it.
    public const string Owner = "test@test.com";

    /// <summary>A file with one contact.</summary>
    public static MemoryStream File(string crmId) => new(System.Text.Encoding.UTF8.GetBytes(
        $$"""{"objectId":"{{crmId}}","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"{{crmId}}@example.org"}"""));

    public static void Expect(bool isMet, string what)
    {
        if (!isMet)
        {
            throw new InvalidOperationException($"Not as expected: {what}");
        }
    }
}
