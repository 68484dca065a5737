using System.Net;
using DnsClient;
using MimeKit;
using MimeKit.Cryptography;
using Sluice.Engine.Mail.Delivery;
using static Sluice.Engine.Mailboxes.Checking.CheckFinding;

namespace Sluice.Engine.Mailboxes.Checking;

/// <summary>Finds out what stands in the way of a mailbox's mail: logs in both ways, sends a mail to itself, and reads the DNS as receivers do. Changes nothing.</summary>
internal sealed class CheckMailbox(MailboxSecrets secrets, MailboxTokens tokens, OpenMailbox open, ProbeMail probe, MailDns dns, PublicUrl publicUrl)
{
    public async Task<List<CheckFinding>> RunAsync(Mailbox mailbox, CancellationToken ct)
    {
        var (smtp, imap) = (await CheckSmtpAsync(mailbox, ct), await CheckImapAsync(mailbox, ct));
        List<CheckFinding> findings = [smtp, imap];
        var message = smtp.Verdict == CheckVerdict.Ok && imap.Verdict == CheckVerdict.Ok ? await TryAsync(mailbox, findings, ct) : null;
        try
        {
            findings.AddRange(await CheckDomainAsync(mailbox, message, ct));
        }
        catch (DnsResponseException fault)
        {
            findings.Add(Fail("dns", $"The name servers of this machine do not answer: {fault.Message}", "Look at /etc/resolv.conf of the machine that runs Sluice"));
        }

        findings.Add(OneClick(message));
        return findings;
    }

    private async Task<CheckFinding> CheckSmtpAsync(Mailbox mailbox, CancellationToken ct)
    {
        var place = $"{mailbox.Smtp.Host}:{mailbox.Smtp.Port}";
        try
        {
            await using var transport = new SmtpTransport(MailboxTransport.SettingsOf(mailbox, secrets, tokens));
            return await transport.FindFaultAsync(ct) is { } fault
                ? Fail("smtp", $"{place}: {fault}", "Change the mailbox's smtp, userName or password, or ask who runs the server")
                : Ok("smtp", $"{place} accepts the login");
        }
        catch (MailboxFault fault)
        {
            return Fail("smtp", fault.Message, null);
        }
    }

    private async Task<CheckFinding> CheckImapAsync(Mailbox mailbox, CancellationToken ct)
    {
        if (mailbox.Imap is not { } host)
        {
            return Warn("imap", "The mailbox has no IMAP server, so replies and bounces are not noticed", "Give the mailbox imap");
        }

        try
        {
            using var client = await open.RunAsync(mailbox, ct);
            await client.DisconnectAsync(quit: true, ct);
            return Ok("imap", $"{host.Host}:{host.Port} accepts the login");
        }
        catch (MailboxFault fault)
        {
            return Fail("imap", $"{host.Host}:{host.Port}: {fault.Message}", "Change the mailbox's imap, userName or password, or ask who runs the server");
        }
    }

    /// <returns>The mail that the mailbox has sent to itself; null: it did not come.</returns>
    private async Task<MimeMessage?> TryAsync(Mailbox mailbox, List<CheckFinding> findings, CancellationToken ct)
    {
        var (messageId, fault) = await probe.SendAsync(mailbox, publicUrl.Find() is { } url ? $"{url}/unsubscribe/check" : null, ct);
        if (fault is not null)
        {
            findings.Add(Fail("send", $"The mailbox cannot send to itself: {fault}", null));
            return null;
        }

        var arrived = await AwaitAsync(mailbox, messageId, findings, ct);
        if (arrived is var (message, isJunk))
        {
            findings.Add(isJunk ? Warn("send", "The mail to itself arrived in Junk", "Mend what is said below, then check again") : Ok("send", "The mail to itself arrived"));
            return message;
        }

        return null;
    }

    private async Task<(MimeMessage Message, bool IsJunk)?> AwaitAsync(Mailbox mailbox, string messageId, List<CheckFinding> findings, CancellationToken ct)
    {
        try
        {
            var arrived = await probe.AwaitAsync(mailbox, messageId, ct);
            findings.AddRange(arrived is null ? [Fail("send", "The mail to itself has left, but did not arrive within 30 seconds", "Look at the queue of the mail server, and into Junk")] : []);
            return arrived;
        }
        catch (Exception broken) when (broken is MailboxFault || MailboxConnection.IsPeerFault(broken))
        {
            findings.Add(Fail("send", $"The mail to itself has left, but the mailbox could not be read: {broken.Message}", null));
            return null;
        }
    }

    private async Task<List<CheckFinding>> CheckDomainAsync(Mailbox mailbox, MimeMessage? message, CancellationToken ct)
    {
        var (domain, host) = (mailbox.Address[(mailbox.Address.LastIndexOf('@') + 1)..].ToLowerInvariant(), mailbox.Smtp.Host);
        var signatures = message is null ? null : await ProbeMail.VerifyAsync(message, dns, ct);
        var policies = new List<(string, IReadOnlyList<string>)>();
        foreach (var one in SenderDomainRule.DomainsOf(domain))
        {
            policies.Add((one, await dns.TextsAsync($"_dmarc.{one}", ct)));
        }

        return
        [
            SenderDomainRule.Spf(domain, await dns.TextsAsync(domain, ct), host, message is null ? null : ResultOf(message, "spf")),
            DkimRule.Judge(domain, host, signatures),
            SenderDomainRule.Dmarc(domain, policies, mailbox.Address),
            SenderDomainRule.Ptr(host, await NamesOfAsync(host, ct)),
        ];
    }

    private async Task<List<(IPAddress, IReadOnlyList<string>, bool)>> NamesOfAsync(string host, CancellationToken ct)
    {
        var found = new List<(IPAddress, IReadOnlyList<string>, bool)>();
        foreach (var address in (await dns.AddressesAsync(host, ct)).Where(MailDns.IsPublic).Take(4))
        {
            var (names, leadsBack) = (await dns.NamesAsync(address, ct), false);
            foreach (var name in names.Take(4))
            {
                leadsBack |= (await dns.AddressesAsync(name, ct)).Contains(address);
            }

            found.Add((address, names, leadsBack));
        }

        return found;
    }

    private CheckFinding OneClick(MimeMessage? message) => publicUrl.Find() switch
    {
        null => Warn("one-click", "Mail has no unsubscribe link, because this server does not know its own address; Gmail and Yahoo want one of who sends much", "sluice serve --public-url https://…"),
        var url when !url.StartsWith("https://", StringComparison.Ordinal) => Warn("one-click", $"The unsubscribe link begins with {url}, and mail programs offer only https:// (RFC 8058)", "sluice serve --public-url https://…"),
        _ when message is null => Ok("one-click", "Mail has the headers for unsubscribing by one click"),
        _ when message.Headers.Contains("List-Unsubscribe") && message.Headers.Contains("List-Unsubscribe-Post") => Ok("one-click", "The headers for unsubscribing by one click arrived"),
        _ => Fail("one-click", "The mail server removes the headers for unsubscribing by one click (List-Unsubscribe, List-Unsubscribe-Post)", "Ask who runs the mail server to leave them"),
    };

    /// <returns>What the receiver found out by a method, from the topmost Authentication-Results; null: it does not say.</returns>
    private static string? ResultOf(MimeMessage message, string method) =>
        message.Headers.FirstOrDefault(header => header.Id == HeaderId.AuthenticationResults) is { } header
        && AuthenticationResults.TryParse(header.RawValue, out var results)
            ? results.Results.FirstOrDefault(one => one.Method == method)?.Result
            : null;
}
