namespace Sluice.Engine.Mailboxes.Checking;

/// <summary>Judges the DKIM signatures of a mail that came back.</summary>
internal static class DkimRule
{
    /// <summary>Where the provider of an SMTP server has its switch.</summary>
    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["smtp.gmail.com"] = "In the Google Admin console: Apps, Google Workspace, Gmail, Authenticate email",
        ["smtp.office365.com"] = "In the Microsoft Defender portal: Email authentication settings, DKIM",
        ["smtp.fastmail.com"] = "In the settings of Fastmail: Domains",
    };

    /// <param name="signatures">Null: no mail came back, so nothing is known.</param>
    public static CheckFinding Judge(string domain, string smtpHost, IReadOnlyList<DkimSignature>? signatures)
    {
        var add = Switches.GetValueOrDefault(smtpHost, $"Turn on DKIM where your mail leaves; if nothing signs there: sluice mail dkim new {domain}");
        var aligned = signatures?.Where(one => IsAligned(one.Domain, domain)).ToList();
        return aligned is null ? CheckFinding.Warn("dkim", "No mail came back, so its signature is not known", null)
            : signatures!.Count == 0 ? CheckFinding.Fail("dkim", "The mail that came back has no DKIM signature; Gmail and Yahoo want one of who sends much", add)
            : aligned.Count == 0 ? CheckFinding.Fail("dkim", $"The mail is signed by {signatures[0].Domain} and not by {domain}, so the signature does not count for DMARC", add)
            : aligned.Find(one => one.Fault is null) is { } good ? CheckFinding.Ok("dkim", $"The mail is signed by {good.Domain} (selector {good.Selector}), and the signature is good")
            : CheckFinding.Fail("dkim", $"The signature by {aligned[0].Domain} (selector {aligned[0].Selector}) is not good: {aligned[0].Fault}", $"{aligned[0].Selector}._domainkey.{aligned[0].Domain}. TXT: the public key that belongs to the signature");
    }

    /// <summary>Whether two domains belong together as DMARC's relaxed alignment has it; without a list of public suffixes, one must be above the other.</summary>
    private static bool IsAligned(string signer, string from) => signer.Equals(from, StringComparison.OrdinalIgnoreCase)
        || from.EndsWith($".{signer}", StringComparison.OrdinalIgnoreCase) || signer.EndsWith($".{from}", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Fault">Why the signature is not good; null: it is.</param>
internal sealed record DkimSignature(string Domain, string Selector, string? Fault);
