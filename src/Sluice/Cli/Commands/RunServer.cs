using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Copy;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Docs;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Commands;

/// <summary>Runs a server until it is told to stop, and prints a message when it is ready.</summary>
internal static class RunServer
{
    /// <param name="prepare">Runs on the migrated database before the server accepts calls. The key and the OAuth application of the company that it returns are shown to the user.</param>
    public static async Task<int> RunAsync(ServerOptions options, bool asJson, Func<Db, Task<DemoCompany?>> prepare)
    {
        await DatabaseAccess.RequireUsableAsync(options.Database, CancellationToken.None);
        using var alone = FileLock.TakeIfFile(options.Database);
        await using var app = await DatabaseAccess.ExplainFaultsAsync(
            options.Database, () => ProgressBar.WaitAsync("Opening the database", SluiceServer.BuildAsync(options), CancellationToken.None));
        var db = app.Services.GetRequiredService<Db>();
        var company = await DatabaseAccess.ExplainFaultsAsync(options.Database, () => prepare(db));
        var credentials = company?.Credentials;
        app.Services.GetRequiredService<ExampleKey>().Credentials = options.IsDev ? credentials : null; // Only the key of dev is no secret.
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault)
        {
            await app.StopAsync(); // The workers have started: let them finish their work before the database is closed.
            if (WhoseIsTaken(fault, options) is { } sentence)
            {
                throw new CliException(sentence);
            }

            throw;
        }

        // In the order in which SluiceServer listens. Mail ports are only those of dev, which has no metrics.
        var (url, metricsUrl) = (app.Urls.First(), options.MetricsPort is null ? null : $"{app.Urls.Last()}/metrics");
        var mail = options.MailPorts is null ? null : new MailPortNumbers(PortOf(app.Urls, 1), PortOf(app.Urls, 2));
        await Output.Standard.WriteLineAsync(asJson ? Ready(url, metricsUrl, mail, company, db, options) : await Banner.WriteAsync(url, metricsUrl, mail, company, db, options));
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Says which option has a port that is taken; null: none of these, or something else is wrong.</summary>
    private static string? WhoseIsTaken(Exception fault, ServerOptions options)
    {
        var isTaken = fault is IOException { InnerException: AddressInUseException };
        bool Is(int? port) => isTaken && port is { } number && fault.Message.Contains($":{number}:", StringComparison.Ordinal);
        return Is(options.MetricsPort) ? "the port of --metrics-port is taken by another program. Choose another, or a free one with --metrics-port 0."
            : Is(options.MailPorts?.Smtp) || Is(options.MailPorts?.Imap) ? $"a port of --mail-ports {options.MailPorts} is taken by another program. Choose others, or free ones with --mail-ports 0,0."
            : null;
    }

    private static int PortOf(ICollection<string> urls, int at) => new Uri(urls.ElementAt(at)).Port;

    private static string Ready(string url, string? metricsUrl, MailPortNumbers? mail, DemoCompany? company, Db db, ServerOptions options) => JsonSerializer.Serialize(
        new ReadyLine(
            url, company?.Credentials?.AccessKey, company?.Credentials?.AccessKeySecret, company?.Credentials?.BearerToken, db.Description, options.Profile.Name, metricsUrl,
            company?.OAuthClient?.ClientId, company?.OAuthClient?.ClientSecret, mail?.Smtp, mail?.Imap),
        CliJson.Default.ReadyLine);
}

/// <param name="MetricsUrl">Only if metrics were asked for.</param>
/// <param name="OAuthClientId">Only in <c>sluice dev</c>.</param>
/// <param name="SmtpPort">Only with <c>--mail-ports</c>, as <paramref name="ImapPort"/>.</param>
internal sealed record ReadyLine(
    string Url,
    string? AccessKey,
    string? AccessKeySecret,
    string? BearerToken,
    string Database,
    string Profile,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MetricsUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OAuthClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OAuthClientSecret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? SmtpPort,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ImapPort);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReadyLine))]
[JsonSerializable(typeof(CreatedKey))]
[JsonSerializable(typeof(List<ListedKey>))]
[JsonSerializable(typeof(List<ListedCompany>))]
[JsonSerializable(typeof(ListedCompany))]
[JsonSerializable(typeof(SeededLoad))]
[JsonSerializable(typeof(List<CopiedTable>))]
[JsonSerializable(typeof(WrittenBackup))]
[JsonSerializable(typeof(RetentionResult))]
[JsonSerializable(typeof(ShownPerson))]
[JsonSerializable(typeof(ErasedPerson))]
internal sealed partial class CliJson : JsonSerializerContext;
