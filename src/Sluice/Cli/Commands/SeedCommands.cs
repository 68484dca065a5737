using System.CommandLine;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Seed;

namespace Sluice.Cli.Commands;

internal static class SeedCommands
{
    public static Command Create() => new Command("seed", "Fill a database with demo or benchmark data.") { Demo(), Load() }.WithExamples("sluice seed demo");

    private static Command Demo()
    {
        var seed = new Option<int>("--seed") { Description = "Which data to create: the same number gives the same data, byte for byte. The key is always new.", DefaultValueFactory = _ => 1 };
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("demo", "Create a realistic sales team: users, flows, prospects and flow instances.") { seed, database, asJson };
        command.SetAction((given, ct) => DatabaseAccess.WithLockedAsync(given.GetValue(database), async db =>
        {
            var demo = await ProgressBar.WaitAsync("Creating the demo data", DemoSeed.RunAsync(db, given.GetValue(seed), DemoSecrets.Random(), ct), ct);
            if (demo is not { IsNew: true, Credentials: { } credentials })
            {
                throw new CliException($"\"{demo.Company.Name}\" already exists. Create another key for it with: sluice keys create --company {CommonOptions.QuoteForShell(demo.Company.Name)}");
            }

            var created = new CreatedKey(WireId.Write(demo.Company.Id), credentials.AccessKey, credentials.AccessKeySecret, credentials.BearerToken);
            Output.Standard.WriteLine(given.GetValue(asJson) ? JsonSerializer.Serialize(created, CliJson.Default.CreatedKey) : Words(created));
        }, ct));
        return command.WithExamples("sluice seed demo --database demo.db");
    }

    private static Command Load()
    {
        var instances = new Option<long>("--instances") { Description = "How many flow instances to create.", HelpName = "number", Required = true };
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("load", "Create a company with very many flow instances, for benchmarks.") { instances, database, asJson };
        command.SetAction((given, ct) =>
        {
            var count = given.GetValue(instances);
            return count > 0
                ? DatabaseAccess.WithLockedAsync(given.GetValue(database), db => LoadAsync(db, count, given.GetValue(asJson), ct), ct)
                : throw new CliException("--instances takes a number above 0.", ExitCode.Usage);
        });
        return command.WithExamples("sluice seed load --instances 1000000 --database load.db");
    }

    private static async Task LoadAsync(Db db, long count, bool asJson, CancellationToken ct)
    {
        var ids = await CommonOptions.LeaseIdsAsync(db, TimeProvider.System, ct);
        var load = await ProgressBar.RunAsync("Flow instances", count, progress => LoadSeed.RunAsync(db, ids, count, progress, TimeProvider.System, ct));
        var seeded = new SeededLoad(WireId.Write(load.Company.Id), load.Credentials.AccessKey, load.Credentials.AccessKeySecret, load.Credentials.BearerToken, load.Instances, load.Prospects);
        Output.Standard.WriteLine(asJson
            ? JsonSerializer.Serialize(seeded, CliJson.Default.SeededLoad)
            : Words(new CreatedKey(seeded.CompanyId, seeded.AccessKey, seeded.AccessKeySecret, seeded.BearerToken)));
    }

    private static string Words(CreatedKey key) => $"""
        Done. Save the secret and the token now: they are not stored and cannot be shown again.

          Key     {key.AccessKey}
          Secret  {key.AccessKeySecret}
          Token   {key.BearerToken}
        """;
}

internal sealed record SeededLoad(string CompanyId, string AccessKey, string AccessKeySecret, string BearerToken, long Instances, long Prospects);
