using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>Where <c>sluice call</c> takes the address and credentials from, tested with the program in a process of its own.</summary>
public sealed class CredentialTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Flags_come_before_the_environment_and_that_before_the_file(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var (key, url) = (app.Tenant.Key, app.Address.ToString());
        using var home = new Home();
        Dictionary<string, string> outside = new() { ["XDG_CONFIG_HOME"] = home.Path, ["SLUICE_BASE_URL"] = url };
        var (good, bad) = (Json(key.BearerToken, url), Json("slt_wrong", url));

        Assert.Equal(ExitCode.Refused, (await CallAsync(outside)).Code);
        home.Write(good);
        Assert.Equal(ExitCode.Done, (await CallAsync(outside)).Code);
        outside["SLUICE_BEARER_TOKEN"] = "slt_wrong";
        Assert.Equal(ExitCode.Refused, (await CallAsync(outside)).Code);
        Assert.Equal(ExitCode.Done, (await CallAsync(outside, "--key", key.AccessKey, "--secret", key.AccessKeySecret)).Code);

        home.Write(bad);
        outside.Remove("SLUICE_BEARER_TOKEN");
        (outside["SLUICE_ACCESS_KEY"], outside["SLUICE_ACCESS_KEY_SECRET"]) = (key.AccessKey, key.AccessKeySecret);
        Assert.Equal(ExitCode.Done, (await CallAsync(outside)).Code);
        Assert.Equal(ExitCode.Refused, (await CallAsync(outside, "--token", "slt_wrong")).Code);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_file_may_name_the_address_with_or_without_v2_and_its_key_is_sent_to_no_other_server(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var home = new Home();
        Dictionary<string, string> outside = new() { ["XDG_CONFIG_HOME"] = home.Path };

        home.Write(Json(app.Tenant.Key.BearerToken, $"{app.Address}v2/"));
        Assert.Equal(ExitCode.Done, (await CallAsync(outside)).Code);

        home.Write(Json(app.Tenant.Key.BearerToken, "https://elsewhere.example"));
        Assert.Equal(ExitCode.Refused, (await CallAsync(outside, "--base-url", app.Address.ToString())).Code);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_file_that_others_can_read_or_that_is_invalid_is_refused_and_not_shown(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var home = new Home();
        Dictionary<string, string> outside = new() { ["XDG_CONFIG_HOME"] = home.Path };

        home.Write(Json(app.Tenant.Key.BearerToken, app.Address.ToString()));
        home.Allow(UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var open = await CallAsync(outside);
        home.Write($$"""{"bearer":"{{app.Tenant.Key.BearerToken}}"}""");
        var unknown = await CallAsync(outside);

        Assert.Equal(ExitCode.Usage, open.Code);
        Assert.Contains("chmod 600", open.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, unknown.Code);
        Assert.DoesNotContain(app.Tenant.Key.BearerToken, open.Error + unknown.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await CallAsync(outside, "--config", "/nowhere")).Code);
    }

    [Fact, Slow]
    public async Task The_key_of_sluice_dev_is_used_without_naming_it()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");

        Assert.Equal(ExitCode.Done, (await CallAsync(new Dictionary<string, string>(), "--base-url", server.Client.BaseAddress!.ToString())).Code);
    }

    private static Task<CliReply> CallAsync(IReadOnlyDictionary<string, string> outside, params string[] flags) =>
        CommandLine.RunProcessAsync(outside, ["call", "list-workspaces", .. flags]);

    private static string Json(string token, string url) => $$"""{"baseUrl":"{{url}}","bearerToken":"{{token}}"}""";

    /// <summary>A user's configuration directory.</summary>
    private sealed class Home : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-home-");

        public string Path => _folder.FullName;

        private string File => System.IO.Path.Combine(_folder.CreateSubdirectory("sluice").FullName, "client.json");

        public void Write(string text)
        {
            System.IO.File.WriteAllText(File, text);
            Allow(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        public void Allow(UnixFileMode mode)
        {
            if (!OperatingSystem.IsWindows())
            {
                System.IO.File.SetUnixFileMode(File, mode);
            }
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
