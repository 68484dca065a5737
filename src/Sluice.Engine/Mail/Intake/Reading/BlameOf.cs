using System.Text.RegularExpressions;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// Decides whose fault a failed delivery is: by the enhanced code, then by the words of the server, then by its basic code. Only a failure that
/// names the address marks it as bad: a policy or a full mailbox says nothing against it.
/// </summary>
internal static class BlameOf
{
    /// <param name="said">What the server said, with its codes.</param>
    public static Blame Failure(string? status, string said)
    {
        var text = FoldedText.Of(said);
        return (status is null || StatusCode.IsGeneral(status) ? null : ByCode(status)) ?? ByWords(text) ?? ByBasicCode(StatusCode.FindBasic(text));
    }

    /// <returns>Null: the code does not say.</returns>
    private static Blame? ByCode(string code) => code switch
    {
        [_, '.', '2', '.', '1' or '2'] => Blame.Mailbox,
        ['4', ..] => Blame.Unclear, // Tried for too long: the network, or a server that was busy.
        "5.1.7" or "5.1.8" => Blame.Sender, // The sender's address.
        "5.1.5" or "5.1.9" => null, // The address is valid; it is only said where something else is wrong.
        "5.4.1" or "5.4.4" or "5.4.310" => Blame.Address, // Recipient rejected; the domain has no server.
        [_, '.', '1', '.', ..] => Blame.Address,
        [_, '.', '6' or '7', '.', ..] => Blame.Sender,
        _ => null,
    };

    private static Blame? ByWords(string text) =>
        Full.IsMatch(text) ? Blame.Mailbox
        : Policy.IsMatch(text) ? Blame.Sender
        : Unknown.IsMatch(text) ? Blame.Address
        : null;

    private static Blame ByBasicCode(string? code) => code is "550" or "551" or "553" ? Blame.Address : code is "552" ? Blame.Mailbox : Blame.Unclear;

    private static readonly Regex Full = new(@"quota|mailbox (is )?full|full mailbox|mailbox size|over ?limit|insufficient (disk )?(space|storage)|out of storage|storage limit|inbox is full|voll\b|pleine|lleno|piena|переполнен");

    private static readonly Regex Policy = new(@"spam|\bblock|blacklist|blocklist|denylist|\bpolic(y|ies)\b|\bdenied\b|reputation|dmarc|\bspf\b|\bdkim\b|\bcontent\b|prohibited|not allowed|rate limit|too many|unsolicited|authenticat|\brelay|\bvirus|malware|message size|too large|refused by");

    private static readonly Regex Unknown = new(@"user unknown|unknown user|unknown recipient|unknown address|unknown or illegal|no such (user|recipient|mailbox|address|account|person)|(does not|doesn'?t|do not) (exist|have)|not (be )?found|invalid (recipient|mailbox|address)|(recipient|address)( address)? rejected|no mailbox|mailbox (unavailable|not available|disabled|inactive)|not recognized|not listed|unrouteable|undeliverable address|account .{0,40}(disabled|inactive|closed)|(host|domain|name) (unknown|not found|does not)|null mx|existiert nicht|unbekannt|n'existe pas|inconnu|no existe|desconocid|non esiste|sconosciut|bestaat niet|onbekend|nao existe|не существует|не найден|unknown mailbox|disabled or|deactivated|no longer (exists|valid|available|accepting)");
}
