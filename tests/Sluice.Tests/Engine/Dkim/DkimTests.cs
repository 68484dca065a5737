using System.Collections.Concurrent;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Sluice.Cli.Shared;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Dkim;

/// <summary>Mail of a domain with an active key is signed twice, and MimeKit's verifier takes both signatures.</summary>
public sealed class DkimTests
{
    private const string Url = "/sluice/v1/dkim-keys";

    [Theory, EveryDatabase]
    public async Task Mail_is_signed_by_both_keys_once_the_key_is_active(Database database)
    {
        var mails = new ConcurrentQueue<string>();
        await using var peer = new ScriptedMailServer { OnMail = raw => Keep(mails, raw) };
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var (admin, flow) = (await app.HasManageKeyAsync(), await app.HasMailFlowAsync(subject: "Grüße an alle"));
        var key = (await app.PostAsync(Url, new { domain = "Example.COM", selector = "s1" }, admin)).Json["key"]!;

        await SendAsync(app, "before", flow);
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Patch, $"{Url}/{key["id"]}", Json("""{"active":true}"""), admin)).Status);
        await SendAsync(app, "after", flow);

        Assert.Equal(2, mails.Count);
        Assert.DoesNotContain("DKIM-Signature", mails.First(), StringComparison.Ordinal);
        var keys = new Records(key["records"]!.AsArray().ToDictionary(record => (string)record!["name"]!, record => (string)record!["value"]!));
        Assert.Equal(["s1-rsa True", "s1-ed25519 True"], await VerifyAsync(mails.Last(), keys));
        Assert.Equal(["s1-rsa False", "s1-ed25519 False"], await VerifyAsync(mails.Last().Replace("Subject: ", "Subject: Re: ", StringComparison.Ordinal), keys));
    }

    [Theory, EveryDatabase]
    public async Task One_key_of_a_domain_signs_and_no_private_key_is_anywhere(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasManageKeyAsync();
        var (first, second) = (await AddAsync("s1"), await AddAsync("s2"));

        foreach (var id in (string[])[first, second])
        {
            await app.SendAsync(HttpMethod.Patch, $"{Url}/{id}", Json("""{"active":true}"""), admin);
        }

        var listed = await app.GetAsync(Url, admin);
        Assert.Equal([$"{first} False", $"{second} True"], listed.Json["keys"]!.AsArray().Select(one => $"{one!["id"]} {(bool)one["active"]!}"));
        Assert.Equal(Conflict, (await app.PostAsync(Url, new { domain = "example.com", selector = "s1" }, admin)).Status);
        Assert.All((string[])[listed.Body, await app.Db.DumpAsync()], text => Assert.DoesNotContain("MIIEv", text, StringComparison.Ordinal)); // How a private key of this size begins.
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"{Url}/{first}", null, admin)).Status);
        (await app.SendAsync(HttpMethod.Delete, $"{Url}/{first}", null, admin)).ShouldRefuse(NotFound, $"There is no DKIM key {first}");

        async Task<string> AddAsync(string selector) => (string)(await app.PostAsync(Url, new { domain = "example.com", selector }, admin)).Json["key"]!["id"]!;
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Bad_names_are_refused_and_the_command_prints_records(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true });
        var admin = await app.HasManageKeyAsync();
        foreach (var (draft, sentence) in new[]
        {
            ("{}", "domain: is missing"),
            ("""{"domain":"a b.example"}""", "domain: a b.example is not the name of a domain"),
            ("""{"domain":"localhost"}""", "domain: localhost is not the name of a domain"),
            ("""{"domain":"example.com","selector":"S 1"}""", "selector: should have 1 to 40 lower-case letters and digits"),
        })
        {
            (await app.PostTextAsync(Url, draft, admin)).ShouldRefuse(BadRequest, sentence);
        }

        string[] at = ["--base-url", app.Address.ToString(), "--key", admin.AccessKey, "--secret", admin.AccessKeySecret];
        var made = await CommandLine.RunAsync(["mail", "dkim", "new", "example.com", "--selector", "s1", .. at]);
        Assert.Equal(ExitCode.Done, made.Code);
        Assert.Contains("s1-rsa._domainkey.example.com. TXT \"v=DKIM1; k=rsa; p=MIIB", made.Output, StringComparison.Ordinal);
        Assert.Contains("s1-ed25519._domainkey.example.com. TXT \"v=DKIM1; k=ed25519; p=", made.Output, StringComparison.Ordinal);
        var id = (string)(await app.GetAsync(Url, admin)).Each("keys", "id").Single()!;
        Assert.Equal("Mail of example.com is signed with it.\n", (await CommandLine.RunAsync(["mail", "dkim", "activate", id, .. at])).Output);
        Assert.Contains("example.com", (await CommandLine.RunAsync(["mail", "dkim", "list", .. at])).Output, StringComparison.Ordinal);
        Assert.Equal("Removed.\n", (await CommandLine.RunAsync(["mail", "dkim", "remove", id, .. at])).Output);
    }

    private static Task Keep(ConcurrentQueue<string> mails, string raw)
    {
        mails.Enqueue(raw);
        return Task.CompletedTask;
    }

    private static StringContent Json(string text) => new(text, null, "application/json");

    private static async Task SendAsync(TestApp app, string name, Sluice.Engine.Flows.Flow flow)
    {
        app.Clock.Advance(TimeSpan.FromMinutes(1)); // Keys are kept in memory for some seconds.
        await app.HasProspectWithEmailAsync(name);
        await app.HasDueInstanceAsync(name, flow);
        await app.RunAsync();
    }

    /// <returns>The selector of each signature, and whether it is good.</returns>
    private static async Task<List<string>> VerifyAsync(string raw, Records keys)
    {
        var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(raw)));
        var found = new List<string>();
        foreach (var header in message.Headers.Where(header => header.Id == HeaderId.DkimSignature))
        {
            var selector = header.Value.Split(';', StringSplitOptions.TrimEntries).Single(tag => tag.StartsWith("s=", StringComparison.Ordinal))[2..];
            found.Add($"{selector} {await new DkimVerifier(keys).VerifyAsync(message, header)}");
        }

        return found;
    }

    private sealed class Records(Dictionary<string, string> byName) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => GetPublicKey(byName[$"{selector}._domainkey.{domain}"]);

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
