using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Sluice.Tests.Server.Hosting;

/// <summary><c>serve --tls-cert --tls-key</c>, called by curl, which trusts the root of the test's own authority and nothing else.</summary>
[Slow]
public sealed class TlsTests : IDisposable
{
    private static readonly DateTimeOffset LongAgo = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestCertificateAuthority _authority = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-tls-").FullName;

    private string Certificate => Path.Combine(_directory, "tls.crt");

    private string Key => Path.Combine(_directory, "tls.key");

    public TlsTests()
    {
        File.WriteAllText(Path.Combine(_directory, "root.crt"), _authority.Root);
        Write(_authority.Sign("first"));
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory, EveryDatabase]
    public async Task A_client_that_trusts_the_root_calls_over_TLS_with_HTTP_2_and_with_HTTP_1(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");
        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--tls-cert", Certificate, "--tls-key", Key);
            Assert.StartsWith("https://127.0.0.1:", (string)server.Ready["url"]!, StringComparison.Ordinal);
            var list = new[] { "-u", $"{app.Tenant.Key.AccessKey}:{app.Tenant.Key.AccessKeySecret}", "-H", "content-type: application/json", "-d", """{"crmProspectsIds":["ada"]}""" };

            foreach (var (version, told) in new[] { ("--http2", "2"), ("--http1.1", "1.1") })
            {
                var (code, output, error) = await CurlAsync(server, "/v2/flows/prospects", [version, .. list]);
                Assert.Equal((0, ""), (code, error));
                Assert.StartsWith($"HTTP/{told} 200", output, StringComparison.Ordinal);
                Assert.Single(JsonNode.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..])!["prospectsAssigned"]!.AsArray());
            }
        });
    }

    [Fact]
    public async Task A_page_tells_the_browser_to_come_back_over_TLS_only_but_never_for_localhost()
    {
        await ChangeModeAsync("o=");
        await using var server = await StartAsync();
        Assert.DoesNotContain(server.Errors, line => line.Contains("Warning", StringComparison.Ordinal));

        var named = await CurlAsync(server, "/docs", ["--http1.1"], host: "sluice.test");
        Assert.Contains("\nStrict-Transport-Security: max-age=2592000", named.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Strict-Transport-Security", (await CurlAsync(server, "/docs", ["--http1.1"], host: "localhost")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Kestrel_refuses_has_the_envelope_over_TLS_too()
    {
        await using var server = await StartAsync();

        var reply = await CurlAsync(server, $"/v2/flows?{new string('a', 10_000)}", ["--http1.1"]);

        Assert.StartsWith("HTTP/1.1 414", reply.Output, StringComparison.Ordinal);
        Assert.EndsWith("\"errors\":[\"URI Too Long\"]}", reply.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_versions_of_TLS_are_refused()
    {
        await using var server = await StartAsync();

#pragma warning disable SYSLIB0039, CA5397 // The old versions are what the test is about.
        foreach (var (version, isTaken) in new[] { (SslProtocols.Tls11, false), (SslProtocols.Tls12, true), (SslProtocols.Tls13, true) })
#pragma warning restore SYSLIB0039, CA5397
        {
            Assert.Equal((version, isTaken), (version, await ShakesHandsAsync(server, version)));
        }
    }

    [Theory]
    [InlineData("rewritten")]
    [InlineData("renamed")]
    [InlineData("linked")]
    public async Task A_new_certificate_is_taken_without_a_restart(string how)
    {
        if (how == "linked")
        {
            // As Kubernetes mounts a secret: the files are links through a folder that is a link, too, and only that one changes.
            MoveInto("..1", _authority.Sign("first"));
            Directory.CreateSymbolicLink(Path.Combine(_directory, "..data"), "..1");
            Relink("tls.crt");
            Relink("tls.key");
        }

        await using var server = await StartAsync();
        Assert.Equal("CN=first", await SubjectAsync(server));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } }) { BaseAddress = server.Client.BaseAddress };
        Assert.Contains("ok", await client.GetStringAsync("/health", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var second = _authority.Sign("second", isRsa: true);
        switch (how)
        {
            case "rewritten":
                Write(second);
                break;
            case "renamed":
                File.WriteAllText($"{Certificate}.new", second.Certificate);
                File.WriteAllText($"{Key}.new", second.Key);
                File.Move($"{Certificate}.new", Certificate, overwrite: true);
                File.Move($"{Key}.new", Key, overwrite: true);
                break;
            default:
                MoveInto("..2", second);
                Directory.CreateSymbolicLink(Path.Combine(_directory, "..data.new"), "..2");
                using (var move = Process.Start("mv", ["-T", Path.Combine(_directory, "..data.new"), Path.Combine(_directory, "..data")])) // .NET does not move a link to a folder.
                {
                    await move.WaitForExitAsync(TestContext.Current.CancellationToken);
                }

                break;
        }

        await Eventually.UntilAsync(async () => await SubjectAsync(server) == "CN=second");
        Assert.Contains("ok", await client.GetStringAsync("/health", TestContext.Current.CancellationToken), StringComparison.Ordinal); // The open connection stays.
        Assert.Equal(0, (await CurlAsync(server, "/health", [])).Code);
        Assert.Contains(server.Errors, line => line.Contains("New connections get the new certificate: CN=second, valid until 2098-12-30", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_new_pair_is_logged_once_and_the_old_one_stays_until_a_good_one_comes()
    {
        await using var server = await StartAsync();

        File.WriteAllText(Certificate, _authority.Sign("second").Certificate); // Its key does not follow.
        await Eventually.UntilAsync(() => server.Errors.Any(IsComplaint));
        Assert.Equal("CN=first", await SubjectAsync(server));
        File.Delete(Key);
        await Eventually.UntilAsync(() => server.Errors.Count(IsComplaint) == 2);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal("CN=first", await SubjectAsync(server));
        Assert.Equal(
            [$"does not belong to the first certificate in {Certificate}.", $"--tls-key: there is no file {Key}."],
            server.Errors.Where(IsComplaint).Select(line => line.Contains("no file", StringComparison.Ordinal) ? line[line.IndexOf("--tls-key", StringComparison.Ordinal)..] : line[line.IndexOf("does not", StringComparison.Ordinal)..]));
        Write(_authority.Sign("third"));
        await Eventually.UntilAsync(async () => await SubjectAsync(server) == "CN=third");

        static bool IsComplaint(string line) => line.Contains("The new certificate cannot be used, so the old one stays (CN=first", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_may_be_named_in_the_environment_and_a_doubtful_certificate_is_warned_of()
    {
        Write(_authority.Sign("old", LongAgo));
        await ChangeModeAsync("o=r");
        await using var server = await SluiceProcess.StartWithAsync(["env", $"SLUICE_TLS_CERT={Certificate}", $"SLUICE_TLS_KEY={Key}"], "serve", "--database", Path.Combine(_directory, "sluice.db"));

        Assert.Equal("CN=old", await SubjectAsync(server));
        Assert.Contains($"Warning: the certificate in {Certificate} has expired on 2021-01-01 00:00 UTC: clients will refuse it.", server.Errors);
        Assert.Contains($"Warning: every user of this machine can read the private key in {Key}. Take that away with: chmod o= {Key}", server.Errors);
    }

    [Fact]
    public async Task A_server_that_cannot_speak_TLS_says_why_and_does_not_start()
    {
        var (_, other) = _authority.Sign("other");
        using var key = ECDsa.Create();
        var (missing, encrypted) = (Path.Combine(_directory, "missing"), key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        await RefusesAsync("--tls-cert and --tls-key go together: give both, or neither.", "--tls-cert", Certificate);
        await RefusesAsync("--tls-cert and --tls-key go together: give both, or neither.", "--tls-key", Key);
        await RefusesAsync($"--tls-cert: there is no file {missing}.", "--tls-cert", missing, "--tls-key", Key);
        await RefusesAsync($"--tls-key: there is no file {missing}.", "--tls-cert", Certificate, "--tls-key", missing);
        await RefusesAsync($"--tls-cert: {Key} has no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----.", "--tls-cert", Key, "--tls-key", Key);
        await RefusesAsync($"--tls-key: {Certificate} has no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----.", "--tls-cert", Certificate, "--tls-key", Certificate);
        await RefusesAsync($"--tls-key: the key in {Named("other", other)} does not belong to the first certificate in {Certificate}.", "--tls-cert", Certificate, "--tls-key", Named("other", other));
        await RefusesAsync(
            $"--tls-key: the key in {Named("damaged", other[..100] + other[120..])} cannot be used: it should be an RSA or ECDSA key in PEM.", "--tls-cert", Certificate, "--tls-key", Named("damaged", other[..100] + other[120..]));
        var locked = Named("encrypted", encrypted);
        await RefusesAsync(
            $"--tls-key: the key in {locked} is encrypted, and a server that starts by itself cannot ask for its passphrase. Write it without one: openssl pkey -in {locked} -out plain.pem",
            "--tls-cert", Certificate, "--tls-key", locked);
    }

    private Task<SluiceProcess> StartAsync() => SluiceProcess.StartAsync("serve", "--database", Path.Combine(_directory, "sluice.db"), "--tls-cert", Certificate, "--tls-key", Key);

    private async Task RefusesAsync(string why, params string[] options)
    {
        var reply = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), ["serve", "--database", Path.Combine(_directory, "none.db"), "--port", "0", .. options]);
        Assert.Equal($"sluice: {why}\n", reply.Error);
        Assert.NotEqual(0, reply.Code);
        Assert.False(File.Exists(Path.Combine(_directory, "none.db")));
    }

    private string Named(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private void Write((string Certificate, string Key) pair)
    {
        File.WriteAllText(Certificate, pair.Certificate);
        File.WriteAllText(Key, pair.Key);
    }

    private async Task ChangeModeAsync(string mode)
    {
        using var chmod = Process.Start("chmod", [mode, Key]);
        await chmod.WaitForExitAsync();
    }

    private void MoveInto(string folder, (string Certificate, string Key) pair)
    {
        Directory.CreateDirectory(Path.Combine(_directory, folder));
        File.WriteAllText(Path.Combine(_directory, folder, "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(_directory, folder, "tls.key"), pair.Key);
    }

    private void Relink(string name)
    {
        File.Delete(Path.Combine(_directory, name));
        File.CreateSymbolicLink(Path.Combine(_directory, name), Path.Combine("..data", name));
    }

    /// <returns>The subject of the certificate that the server shows to a new connection.</returns>
    private static async Task<string> SubjectAsync(SluiceProcess server)
    {
        using var socket = new TcpClient("127.0.0.1", server.Client.BaseAddress!.Port);
        await using var stream = new SslStream(socket.GetStream(), false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        return stream.RemoteCertificate!.Subject;
    }

    private static async Task<bool> ShakesHandsAsync(SluiceProcess server, SslProtocols version)
    {
        using var socket = new TcpClient("127.0.0.1", server.Client.BaseAddress!.Port);
        await using var stream = new SslStream(socket.GetStream(), false, (_, shown, _, _) => shown is not null);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version });
            return true;
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private async Task<(int Code, string Output, string Error)> CurlAsync(SluiceProcess server, string path, string[] arguments, string host = "127.0.0.1")
    {
        var port = server.Client.BaseAddress!.Port;
        string[] all = ["-sSi", "--cacert", Path.Combine(_directory, "root.crt"), "--resolve", $"{host}:{port}:127.0.0.1", .. arguments, $"https://{host}:{port}{path}"];
        using var curl = Process.Start(new ProcessStartInfo("curl", all) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (curl.StandardOutput.ReadToEndAsync(), curl.StandardError.ReadToEndAsync());
        await curl.WaitForExitAsync();
        return (curl.ExitCode, await output, await error);
    }
}
