namespace Sluice.Engine.Mailboxes.Checking;

/// <summary>Judges what the DNS says of a sender's domain, as the rules of large receivers for bulk senders want it (SPF, DKIM, DMARC, PTR).</summary>
internal static class SenderDomainRule
{
    private const string Spf1 = "v=spf1";

    /// <summary>What the SPF record of a domain must have for a provider, by the name of its SMTP server; as the providers document it.</summary>
    private static readonly Dictionary<string, string> Includes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["smtp.gmail.com"] = "include:_spf.google.com",
        ["smtp.office365.com"] = "include:spf.protection.outlook.com",
        ["smtp.fastmail.com"] = "include:spf.messagingengine.com",
        ["smtp.mail.me.com"] = "include:icloud.com",
    };

    /// <param name="texts">The TXT records of the domain.</param>
    /// <param name="smtpHost">The server through which mail leaves.</param>
    /// <param name="result">What the receiver of the mail that was sent to try it said; null: nothing.</param>
    public static CheckFinding Spf(string domain, IReadOnlyList<string> texts, string smtpHost, string? result)
    {
        var known = Includes.GetValueOrDefault(smtpHost);
        var term = known ?? $"a:{smtpHost}";
        var records = texts.Where(text => text.Equals(Spf1, StringComparison.OrdinalIgnoreCase) || text.StartsWith($"{Spf1} ", StringComparison.OrdinalIgnoreCase)).ToList();
        if (records is not [var record])
        {
            return records.Count == 0
                ? CheckFinding.Fail("spf", $"{domain} has no SPF record, so receivers cannot tell your mail from forged mail", CheckFinding.Record(domain, "TXT", $"{Spf1} {term} ~all"))
                : CheckFinding.Fail("spf", $"{domain} has {records.Count} SPF records; receivers then heed none of them", $"Keep one of them, with {term} in it");
        }

        var words = record.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Any(word => word is "all" or "+all") ? CheckFinding.Warn("spf", $"The SPF record of {domain} allows every machine to send in its name", CheckFinding.Record(domain, "TXT", $"{string.Join(' ', words.Where(word => word is not ("all" or "+all")))} ~all"))
            : known is not null && !words.Any(word => word.TrimStart('+').Equals(known, StringComparison.OrdinalIgnoreCase) || word.StartsWith("redirect=", StringComparison.OrdinalIgnoreCase))
                ? CheckFinding.Fail("spf", $"The SPF record of {domain} does not name the servers of {smtpHost}", CheckFinding.Record(domain, "TXT", WithTerm(words, term)))
            : result is "fail" or "softfail" or "permerror" ? CheckFinding.Fail("spf", $"The receiver says that the SPF record of {domain} does not allow {smtpHost}: {result}", CheckFinding.Record(domain, "TXT", WithTerm(words, term)))
            : CheckFinding.Ok("spf", $"{domain} has an SPF record{(result is null ? "" : $"; the receiver says {result}")}");
    }

    /// <param name="texts">The TXT records of <c>_dmarc</c> at each domain that counts, the sender's own first.</param>
    public static CheckFinding Dmarc(string domain, IReadOnlyList<(string Domain, IReadOnlyList<string> Texts)> texts, string address)
    {
        var add = CheckFinding.Record($"_dmarc.{domain}", "TXT", $"v=DMARC1; p=none; rua=mailto:{address}");
        foreach (var (of, found) in texts)
        {
            var records = found.Where(text => text.StartsWith("v=DMARC1", StringComparison.OrdinalIgnoreCase)).ToList();
            if (records.Count > 0)
            {
                return records.Count > 1 ? CheckFinding.Fail("dmarc", $"{of} has {records.Count} DMARC records; receivers then heed none of them", "Keep one of them")
                    : TagOf(records[0], "p") is { } policy ? CheckFinding.Ok("dmarc", $"{of} has a DMARC record: p={policy}")
                    : CheckFinding.Fail("dmarc", $"The DMARC record of {of} has no policy (p=)", add);
            }
        }

        return CheckFinding.Fail("dmarc", $"{domain} has no DMARC record; Gmail and Yahoo want one of who sends much", add);
    }

    /// <param name="names">The names of each address of the server through which mail leaves (PTR), and whether one of them leads back to the address.</param>
    public static CheckFinding Ptr(string smtpHost, IReadOnlyList<(System.Net.IPAddress Address, IReadOnlyList<string> Names, bool LeadsBack)> names)
    {
        var bad = names.Where(one => !one.LeadsBack).ToList();
        return Includes.ContainsKey(smtpHost) ? CheckFinding.Ok("ptr", $"The addresses of {smtpHost} are its provider's business")
            : names.Count == 0 ? CheckFinding.Ok("ptr", $"{smtpHost} is not a machine of the internet, so its name there does not matter")
            : bad.Count == 0 ? CheckFinding.Ok("ptr", $"{names[0].Address} is called {names[0].Names[0]}, and that name leads back to it")
            : CheckFinding.Warn("ptr", bad[0].Names.Count == 0 ? $"{bad[0].Address} has no name (PTR), and many receivers refuse mail from such addresses" : $"{bad[0].Address} is called {bad[0].Names[0]}, but that name does not lead back to it",
                CheckFinding.Record(ReverseOf(bad[0].Address), "PTR", $"{smtpHost}."));
    }

    /// <summary>The sender's domain, and the domains above it down to two labels: DMARC also looks at the organization's [RFC 7489 6.6.3].</summary>
    public static IEnumerable<string> DomainsOf(string domain)
    {
        for (var labels = domain.Split('.'); labels.Length >= 2; labels = labels[1..])
        {
            yield return string.Join('.', labels);
        }
    }

    /// <returns>The value of a tag of a DKIM or DMARC record; null: it has none.</returns>
    public static string? TagOf(string record, string tag) => record.Split(';', StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals(tag, StringComparison.OrdinalIgnoreCase))?[1];

    private static string WithTerm(string[] words, string term) => string.Join(' ', [words[0], term, .. words[1..]]);

    private static string ReverseOf(System.Net.IPAddress address) => address.GetAddressBytes() is { Length: 4 } four
        ? $"{string.Join('.', four.Reverse())}.in-addr.arpa"
        : $"{string.Join('.', Convert.ToHexStringLower(address.GetAddressBytes()).Reverse())}.ip6.arpa";
}
