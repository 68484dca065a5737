using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice serve --check</c>: what it finds, and that it changes nothing.</summary>
public sealed class ServeCheckTests
{
    [Theory, EveryDatabase]
    public async Task Good_settings_pass_and_nothing_is_written(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var mail = new ScriptedMailServer();
        Protect(app.Connection, database);
        var before = await app.Db.DumpAsync();

        var (code, checks) = await CheckAsync("--database", app.Connection, "--smtp", mail.Url, "--public-url", "https://localhost");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("ok", Result(checks, "database"));
        Assert.Equal("ok", Result(checks, "schema"));
        Assert.Equal("ok", Result(checks, "keys"));
        Assert.Equal("ok", Result(checks, "mail"));
        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.DoesNotContain(mail.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_missing_database_is_fine_and_is_not_created(Database database)
    {
        await using var place = await TestDatabase.CreateAsync(database);

        var (code, checks) = await CheckAsync("--database", place.Connection);

        Assert.Equal((ExitCode.Done, "ok"), (code, Result(checks, "database")));
        Assert.Contains("does not exist yet: the first start creates", Text(checks, "database"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(place.Connection)!));
    }

    [Theory, EveryDatabase]
    public async Task An_older_schema_is_a_warning_and_is_not_upgraded(Database database)
    {
        await using var place = await TestDatabase.CreateAsync(database);
        await Migrator.UpgradeAsync(place.Db, [.. Migrator.Scripts.SkipLast(2)], TimeProvider.System, CancellationToken.None);

        var (code, checks) = await CheckAsync("--database", place.Connection);

        Assert.Equal((ExitCode.Done, "warning"), (code, Result(checks, "schema")));
        Assert.Contains("older than this version, by 2 migrations: the next start upgrades it", Text(checks, "schema"), StringComparison.Ordinal);
        Assert.Equal(SchemaState.Older, (await InspectDatabase.SchemaAsync(place.Db, CancellationToken.None)).State);
    }

    [Theory, EveryDatabase]
    public async Task A_newer_schema_and_an_unfinished_copy_fail(Database database)
    {
        await using var place = await TestDatabase.CreateAsync(database);
        await Migrator.UpgradeAsync(place.Db, [.. Migrator.Scripts, "Sluice.Storage.Migrations.0001_first_light.sql"], TimeProvider.System, CancellationToken.None);
        await place.Db.ExecuteAsync($"insert into schema_versions (name, applied_at) values ('later', 1)", CancellationToken.None);

        var (code, checks) = await CheckAsync("--database", place.Connection);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(checks, check => (string?)check!["result"] == "failed" && ((string?)check["text"])!.Contains("newer version of Sluice has upgraded", StringComparison.Ordinal));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task PostgreSQL_that_does_not_answer_or_refuses_fails_without_a_password(Database database)
    {
        await using var place = await TestDatabase.CreateAsync(database);
        foreach (var (settings, why) in new[]
        {
            ("Host=127.0.0.1;Port=1;Database=a;Username=b;Password=geheim", "nothing listens there"),
            ("Host=nosuch.invalid;Database=a;Username=b;Password=geheim", " on nosuch.invalid:5432: "),
            ($"{place.Connection};Database=nosuch;Password=geheim", "database \"nosuch\" does not exist. Check Database"),
            ($"{place.Connection};Search Path=nosuch", "no schema of the search path exists"),
            ($"{place.Connection};Maximum Pool Size=100000", "this node may take 100000 connections"),
            ("Host=h;Nonsense=geheim", "Couldn't set nonsense"),
        })
        {
            var reply = await CommandLine.RunAsync("serve", "--check", "--port", "0", "--database", settings);
            Assert.Contains(why, reply.Output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("geheim", reply.Output + reply.Error, StringComparison.Ordinal);
            Assert.Equal(settings.Contains("100000", StringComparison.Ordinal) ? ExitCode.Done : ExitCode.Failed, reply.Code);
        }
    }

    [Fact]
    public async Task Each_wrong_setting_is_told_and_none_hides_another()
    {
        var (code, checks) = await CheckAsync(
            "--host", "example.com", "--database", "/nowhere/sluice.db", "--smtp", "http://mail", "--public-url", "sluice.example", "--proxies", "10.0.0.0/99");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(["address", "proxies", "database", "mail", "public URL"], checks.Where(check => (string?)check!["result"] == "failed").Select(check => (string?)check!["name"]));
        Assert.All(checks.Where(check => (string?)check!["result"] != "ok"), check => Assert.NotEmpty((string)check!["advice"]!));
    }

    [Theory]
    [InlineData("AUTH", "535 wrong password", "535 wrong password")]
    [InlineData("EHLO", "250-peer\r\n250 SIZE", "offers none of the login methods")]
    [InlineData("greeting", ScriptedMailServer.HangUp, "closed the connection")]
    [InlineData("greeting", "hello", "is not SMTP")]
    public async Task A_mail_server_that_does_not_let_us_in_fails(string to, string answer, string why)
    {
        await using var mail = new ScriptedMailServer((to, answer));

        var (code, checks) = await CheckAsync("--database", NoFile(), "--smtp", mail.Url.Replace("//", "//sluice:geheim@", StringComparison.Ordinal));

        Assert.Equal((ExitCode.Failed, "failed"), (code, Result(checks, "mail")));
        Assert.Contains(why, Text(checks, "mail"), StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", checks.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_without_tls_or_with_a_strange_certificate_fails()
    {
        await using var plain = new ScriptedMailServer();
        await using var strange = new AnswerServer("", AnswerServer.Certificate("other.example", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)));
        var port = new Uri(plain.Url).Port;

        Assert.Contains("does not offer STARTTLS", await MailAsync($"smtp://127.0.0.1:{port}"), StringComparison.Ordinal);
        Assert.Contains("use smtp:// instead of smtps://", await MailAsync($"smtps://127.0.0.1:{port}"), StringComparison.Ordinal);
        Assert.Contains("certificate is not accepted: it is for other.example, not for 127.0.0.1", await MailAsync($"smtps://127.0.0.1:{strange.Port}"), StringComparison.Ordinal);
        Assert.Contains("Nothing listens on port 1 of 127.0.0.1", await MailAsync("smtp://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await MailAsync("smtp://127.0.0.1:1?ca=/nowhere.pem"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_and_an_address_of_another_machine_are_told()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = $"{((IPEndPoint)other.LocalEndpoint).Port}";

        var (used, checks) = await CheckAsync(["--database", NoFile(), "--port", port]);
        var (elsewhere, others) = await CheckAsync(["--database", NoFile(), "--host", "192.0.2.1"]);

        Assert.Equal((ExitCode.Done, "warning"), (used, Result(checks, "address")));
        Assert.Equal((ExitCode.Failed, "failed"), (elsewhere, Result(others, "address")));
    }

    [Theory]
    [InlineData("http://sluice.localhost", "leads recipients to their own machine")]
    [InlineData("https://nosuch.invalid", "no machine is called nosuch.invalid")]
    public async Task A_public_url_that_recipients_cannot_use_is_a_warning(string url, string why)
    {
        await using var mail = new ScriptedMailServer();

        var (code, checks) = await CheckAsync("--database", NoFile(), "--smtp", mail.Url, "--public-url", url);

        Assert.Equal((ExitCode.Done, "warning"), (code, Result(checks, "public URL")));
        Assert.Contains(why, Text(checks, "public URL"), StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Files_that_others_may_read_are_a_warning(Database database)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the folder's permissions decide");
        await using var app = await TestApp.StartAsync(database);
#pragma warning disable CA1416 // Skipped on Windows.
        File.SetUnixFileMode(app.Connection, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
#pragma warning restore CA1416

        var (code, checks) = await CheckAsync("--database", app.Connection);

        Assert.Equal((ExitCode.Done, "warning"), (code, Result(checks, "files")));
        Assert.Contains($"chmod 600 {app.Connection}", checks.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_and_key_are_checked_together_and_against_the_public_url()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-check-").FullName;
        try
        {
            var (mine, key) = Write(folder, "mine", "localhost", DateTimeOffset.UnixEpoch.AddYears(100));
            var (_, other) = Write(folder, "other", "localhost", DateTimeOffset.UnixEpoch.AddYears(100));
            var (old, oldKey) = Write(folder, "old", "localhost", DateTimeOffset.UnixEpoch.AddYears(1));

            Assert.Equal(["ok"], await TlsAsync("--tls-cert", mine, "--tls-key", key));
            Assert.Equal(["failed --tls-key: the key"], await TlsAsync("--tls-cert", mine, "--tls-key", other));
            Assert.Equal(["failed --tls-cert: there is"], await TlsAsync("--tls-cert", "/nowhere.pem", "--tls-key", key));
            Assert.Equal(["failed --tls-cert and --tls-key"], await TlsAsync("--tls-cert", mine));
            Assert.Equal(["ok", "warning the certificate in"], await TlsAsync("--tls-cert", old, "--tls-key", oldKey));
            Assert.Equal(["ok", "warning the certificate is"], await TlsAsync("--tls-cert", mine, "--tls-key", key, "--public-url", "https://sluice.example"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact, Slow]
    public async Task A_misspelt_variable_is_a_warning_and_people_get_lines()
    {
        var reply = await CommandLine.RunProcessAsync(
            new Dictionary<string, string> { ["SLUICE_SMPT"] = "smtp://h", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector" }, "serve", "--check", "--port", "0", "--database", NoFile());

        Assert.Equal((ExitCode.Failed, ""), (reply.Code, reply.Error));
        Assert.Contains("warning  environment   Sluice does not read $SLUICE_SMPT\n                       → Did you mean $SLUICE_SMTP?\n", reply.Output, StringComparison.Ordinal);
        Assert.Contains("failed   environment   $OTEL_EXPORTER_OTLP_ENDPOINT is not a URL\n", reply.Output, StringComparison.Ordinal);
        Assert.EndsWith("The server would not work: 1 failed, 2 warnings. Nothing was changed.\n", reply.Output, StringComparison.Ordinal);
    }

    /// <returns>The results, and how the text of each begins that is not ok.</returns>
    private static async Task<List<string>> TlsAsync(params string[] options)
    {
        var (_, checks) = await CheckAsync([.. options, "--database", NoFile()]);
        return [.. checks.Where(check => (string?)check!["name"] == "TLS").Select(check => (string?)check!["result"] == "ok" ? "ok" : $"{check["result"]} {string.Join(' ', ((string)check["text"]!).Split(' ').Take(3))}")];
    }

    private static (string Certificate, string Key) Write(string folder, string name, string host, DateTimeOffset until)
    {
        using var certificate = AnswerServer.Certificate(host, DateTimeOffset.UnixEpoch, until);
        using var key = certificate.GetECDsaPrivateKey()!;
        var (cert, pem) = (Path.Combine(folder, $"{name}.pem"), Path.Combine(folder, $"{name}.key"));
        File.WriteAllText(cert, certificate.ExportCertificatePem());
        File.WriteAllText(pem, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(pem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return (cert, pem);
    }

    [Fact]
    public async Task A_name_that_no_mail_server_takes_is_told() => Assert.Contains(
        "--smtp-helo takes a host name such as mail.example.com",
        Text((await CheckAsync("--database", NoFile(), "--smtp", "smtp://mail.example", "--smtp-helo", "my mail")).Checks, "mail"),
        StringComparison.Ordinal);

    private static async Task<string> MailAsync(string smtp) => Text((await CheckAsync("--database", NoFile(), "--smtp", smtp)).Checks, "mail");

    private static async Task<(int Code, JsonArray Checks)> CheckAsync(params string[] options)
    {
        var reply = await CommandLine.RunAsync(["serve", "--check", "--json", .. options.Contains("--port") ? [] : new[] { "--port", "0" }, .. options]);
        Assert.True(reply.Error.Length == 0 || reply.Error.StartsWith("Warning: everybody on this machine can see the password in --smtp", StringComparison.Ordinal), reply.Error);
        var answer = JsonNode.Parse(reply.Output)!;
        Assert.Equal(reply.Code == ExitCode.Done, (bool)answer["ok"]!);
        return (reply.Code, answer["checks"]!.AsArray());
    }

    private static string NoFile() => Path.Combine(Path.GetTempPath(), $"sluice-{Environment.ProcessId}-missing.db");

    private static void Protect(string connection, Database database)
    {
        if (database == Database.Sqlite && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(connection, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static string? Result(JsonArray checks, string name) => (string?)checks.Last(check => (string?)check!["name"] == name)!["result"];

    private static string Text(JsonArray checks, string name) => (string)checks.Last(check => (string?)check!["name"] == name)!["text"]!;
}
