using System.Text.RegularExpressions;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Finds in a text what its sender wrote: without quoted mail and without what stands below it as a signature.</summary>
internal static class WrittenText
{
    private const int MaxLines = 2_000;
    private const int MaxLine = 2_000;

    public static string Of(string text)
    {
        var lines = text.Split('\n', MaxLines + 1).Take(MaxLines).Select(line => (line.Length > MaxLine ? line[..MaxLine] : line).Trim(' ', '\t', '\r', '\u00A0', '\uFEFF', '\u200B')).ToList();
        var folded = lines.ConvertAll(FoldedText.Of);
        var kept = new List<string>();
        for (var at = 0; at < lines.Count && !IsEnd(folded, at); at++)
        {
            if (folded[at].StartsWith('>'))
            {
                continue;
            }

            if (AttributionLength(folded, at) is var length and > 0)
            {
                if (!IsQuotedAfter(folded, at + length))
                {
                    break; // Without marks, nobody can tell where the quotation ends.
                }

                at += length - 1;
                continue;
            }

            kept.Add(lines[at]);
        }

        return string.Join('\n', kept).Trim();
    }

    private static bool IsEnd(List<string> folded, int at) =>
        folded[at] is "--" or "-- " or "—" || OriginalMessage.IsMatch(folded[at]) || SentFrom.IsMatch(folded[at]) || IsHeaderBlock(folded, at);

    /// <summary>Whether a quoted header begins here: a line such as <c>From:</c>, and two more fields right below it.</summary>
    private static bool IsHeaderBlock(List<string> folded, int at) =>
        FirstField.IsMatch(folded[at]) && folded.Skip(at + 1).Take(6).Count(line => OtherField.IsMatch(line)) >= 2;

    /// <returns>How many lines say who wrote what is quoted below, such as <c>On Monday, Ada wrote:</c>. 0: none.</returns>
    private static int AttributionLength(List<string> folded, int at)
    {
        for (var length = 1; length <= 3 && at + length <= folded.Count && folded[at + length - 1].Length > 0; length++)
        {
            var joined = string.Join(' ', folded.GetRange(at, length));
            if (joined.Length < 400 && (joined.EndsWith(':') || joined.EndsWith(':')) && Attribution.IsMatch(joined))
            {
                return length;
            }
        }

        return 0;
    }

    private static bool IsQuotedAfter(List<string> folded, int at) => folded.Skip(at).FirstOrDefault(line => line.Length > 0)?.StartsWith('>') ?? true;

    private static readonly Regex OriginalMessage = new(@"^[-=_* ]{2,}\s?(original message|original appointment|forwarded message|ursprungliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine|message original|message transfere|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|mensagem original|mensagem encaminhada|исходное сообщение|пересылаемое сообщение|original meddelande|oprindelig meddelelse|wiadomosc oryginalna|元のメッセージ)|^begin forwarded message:|^_{20,}$");

    private static readonly Regex SentFrom = new(@"^(sent from my |sent from (outlook|mail|yahoo|proton|samsung)|sent via |get outlook for |von meinem .{2,30}gesendet|gesendet (von|mit) |envoye (de mon|depuis|avec) |telecharger outlook|enviado (desde|do) (mi|meu|outlook|o |mail|correo)|enviado a partir do|inviato da|verstuurd (vanaf|met|door)|verzonden (vanaf|met)|outlook voor|отправлено (с|из)|скачать outlook|iphone\s?から送信|skickat fran|sendt fra|wyslane z|obtener outlook|holen sie sich outlook|obter o outlook|ottieni outlook)");

    private static readonly Regex FirstField = new(@"^\*?(from|von|de|da|van|от|от кого|差出人|送信者|fran|fra|od|absender)\s?:");

    private static readonly Regex OtherField = new(@"^\*?(sent|date|gesendet|datum|envoye|enviado( el| em)?|inviato|verzonden|data|fecha|отправлено|дата|to|an|a|para|aan|кому|subject|betreff|objet|asunto|oggetto|onderwerp|assunto|тема|件名|宛先|送信日時|cc|skickat|till|amne|wyslano|do|temat|empfanger)\s?[:: ]");

    private static readonly Regex Attribution = new(@"^on .{4,}wrote\s?:|^am .{4,}schrieb.*:|^.{4,}schrieb (am|uber).*:|^le .{4,}a ecrit\s?:|^el .{4,}escribio\s?:|^il .{4,}ha scritto\s?:|^op .{4,}schreef.*:|^em .{4,}escreveu\s?:|^a .{4,}escreveu\s?:|(пишет|написала?|писала?)\s?:|^den .{4,}skrev.*:|^dnia .{4,}napisal.*:|^\d{4}年.*:|^\d{4}[-/]\d.*:|<\S+@\S+>.*[::]|^.{2,60} (wrote|schrieb|schreef|a ecrit|escribio|ha scritto|escreveu)\s?:");
}
