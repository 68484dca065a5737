using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Bench;

/// <summary>
/// A bare server on the same web server, which answers the bytes of one real listing from memory. Nothing that speaks HTTP through this web server
/// can be faster, so a ratio to it shows the cost of Sluice's own work. With the gate, it shows the cost of credentials and limits alone.
/// </summary>
internal static class Twin
{
    // Calls are counted but never reach the limit: the benchmark measures the counting.
    private static readonly CompanyLimits VeryHigh = new(1_000_000, int.MaxValue);

    /// <summary>Answers the bytes of a file, at once: to make a listing takes longer than to start.</summary>
    public static async Task<int> RunAsync(int port, string file, CancellationToken ct)
    {
        await using var app = Build(port, null, await File.ReadAllBytesAsync(file, ct));
        await app.StartAsync(ct);
        Console.WriteLine($$"""{"url":"{{app.Urls.First()}}"}""");
        await app.WaitForShutdownAsync(ct);
        return 0;
    }

    public static async Task<int> RunAsync(int port, int prospects, bool gate, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-twin-");
        try
        {
            var database = Path.Combine(folder.FullName, "twin.db");
            var listing = await Listing.MakeAsync(database, prospects, ct);
            await using var app = Build(port, gate ? database : null, listing.Answer);
            if (gate)
            {
                await CountCallsAsync(app.Services.GetRequiredService<Db>(), listing.CompanyId, ct);
            }

            await app.StartAsync(ct);
            Console.WriteLine($$"""{"url":"{{app.Urls.First()}}","accessKey":"{{listing.Credentials.AccessKey}}","accessKeySecret":"{{listing.Credentials.AccessKeySecret}}"}""");
            await app.WaitForShutdownAsync(ct);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static WebApplication Build(int port, string? gateDatabase, byte[] answer)
    {
        var builder = WebApplication.CreateSlimBuilder(SluiceServer.Root);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        if (gateDatabase is null)
        {
            var bare = builder.Build();
            bare.MapPost("/v2/flows/prospects", http => AnswerAsync(http, answer));
            return bare;
        }

        AddGate(builder.Services, gateDatabase);
        var app = builder.Build();
        app.UseMiddleware<RequestMiddleware>();
        app.UseRouting();
        app.UseMiddleware<Gate>();
        app.MapPost("/v2/flows/prospects", http => AnswerAsync(http, answer)).WithMetadata(new Operation("api:flows:read", BodyKind.None, Lists403: true, IsCounted: true, RequestBody.MaxBytes, []));
        return app;
    }

    private static void AddGate(IServiceCollection services, string database)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => OpenDatabase.At(database));
        services.AddSingleton(Profile.Documented);
        services.AddSingleton(new Recording(IsOn: false));
        services.AddSingleton(provider => new ApiKeyStore(provider.GetRequiredService<Db>(), acceptDevOnly: false));
        services.AddSingleton(provider =>
        {
            var keys = provider.GetRequiredService<ApiKeyStore>();
            return new CallerLookup(keys.FindByAccessKeyAsync, keys.FindByTokenHashAsync, (_, _) => Task.FromResult<Caller?>(null)); // The twin has no apps.
        });
        services.AddSingleton(new ForeignPages(isOn: false, knowsItsHosts: true, []));
        services.AddSingleton(PageVisitors.None);
        services.AddSingleton<Credentials>();
        services.AddSingleton<FailedLogins>();
        services.AddSingleton(new KeylessScope(null, _ => Task.FromResult<Caller?>(null)));
        services.AddSingleton<Limits>();
        services.AddSingleton<DailyQuota>();
        services.AddHostedService(provider => provider.GetRequiredService<DailyQuota>());
    }

    private static async Task CountCallsAsync(Db db, long companyId, CancellationToken ct)
    {
        var companies = new CompanyStore(db);
        await companies.UpdateAsync(await companies.GetAsync(companyId, ct) with { Limits = VeryHigh }, ct);
    }

    private static Task AnswerAsync(HttpContext http, byte[] answer)
    {
        http.Response.ContentType = "application/json;charset=UTF-8";
        http.Response.ContentLength = answer.Length;
        return http.Response.Body.WriteAsync(answer).AsTask();
    }
}
