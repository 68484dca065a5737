#:sdk Microsoft.NET.Sdk.Web
// Receives the webhooks of Sluice: SLUICE_WEBHOOK_SECRET=whsec_… dotnet run Receiver.cs
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

var key = Convert.FromBase64String(Environment.GetEnvironmentVariable("SLUICE_WEBHOOK_SECRET")!["whsec_".Length..]);
var seen = new ConcurrentDictionary<string, bool>(); // In earnest: a table, written in one transaction with what the event causes.
var app = WebApplication.Create(args);
app.MapPost("/hook", async (HttpRequest request) =>
{
    var (id, timestamp, signatures) = ($"{request.Headers["webhook-id"]}", $"{request.Headers["webhook-timestamp"]}", $"{request.Headers["webhook-signature"]}");
    var body = await new StreamReader(request.Body).ReadToEndAsync();
    var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}");
    var isSigned = signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), expected));
    if (!isSigned || !long.TryParse(timestamp, CultureInfo.InvariantCulture, out var at) || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - at) > 300)
        return Results.Unauthorized(); // Not from Sluice, or replayed by somebody.
    if (seen.TryAdd(id, true)) // An event may come twice, and counts once.
        Console.WriteLine(body);
    return Results.NoContent();
});
app.Run();
