using System.Text.RegularExpressions;
using NodaTime;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Decides for each day in a text whether it is the end of an absence, the day of return, or something else, by the words around it.</summary>
internal static class DateRoles
{
    /// <param name="folded">The whole text. Words around a day count up to the end of its sentence and up to the next day.</param>
    public static List<NamedDate> Find(string folded, LocalDate writtenOn, DateOrder order)
    {
        var (dates, named, isAbsence) = (DateText.Find(folded, writtenOn, order), new List<NamedDate>(), Absence.IsMatch(folded));
        for (var at = 0; at < dates.Count; at++)
        {
            var before = LastSentence(folded[(at == 0 ? 0 : dates[at - 1].End)..dates[at].Begin]);
            var after = FirstSentence(folded[dates[at].End..(at + 1 < dates.Count ? dates[at + 1].Begin : folded.Length)]);
            var role = RoleOf(dates[at], at == 0 ? null : dates[at - 1], before, after);
            named.Add(new NamedDate(role == DateRole.End && !isAbsence ? DateRole.Other : role, dates[at].Day, dates[at].HasYear));
        }

        return named;
    }

    private static DateRole RoleOf(DateSpan date, DateSpan? previous, string before, string after)
    {
        if (date.EndsRange || Until.IsMatch(before))
        {
            return DateRole.End;
        }

        if (Range.IsMatch(before) && (previous is { IsWeekday: false } || RangeOfDays.IsMatch(before)))
        {
            return date.IsWeekday ? DateRole.Other : DateRole.End; // "Monday to Friday" are hours of business.
        }

        var affirmed = Negated.Replace(before, " ");
        return Return.IsMatch(affirmed) || ReturnAfter.IsMatch(Negated.Replace(after, " ")) ? DateRole.Return : DateRole.Other;
    }

    /// <summary>The part of a text after its last sentence end. A stop after a number or a short word ends no sentence.</summary>
    private static string LastSentence(string text)
    {
        var ends = SentenceEnd.Matches(text);
        return ends.Count == 0 ? text : text[(ends[^1].Index + ends[^1].Length)..];
    }

    private static string FirstSentence(string text) => SentenceEnd.Match(text) is { Success: true } end ? text[..end.Index] : text;

    private static readonly Regex SentenceEnd = new(@"(?<=\p{L}{4}|\))\.[ \n]+|[!?;]|\n\s*\n|\n(?=[-*•])");

    /// <summary>Ends right before the day.</summary>
    private static readonly Regex Until = new(@"(\buntil|\btill|\btil|\bthrough|\bthru|\bup to|\bbis(?: (?:zum|einschliesslich|einschl\.?|inklusive|inkl\.?|und mit|voraussichtlich|einschliesslich zum|einschliesslich dem))*|jusqu'?(?:au|a|aux)|\bhasta|\btot(?: en met)?|\bt/m|\bt\.e\.m\.|\bate|\bfino (?:al|a|all)|\bsino al)'?[ \n]*(?:and including |including |inclusive |the |the end of |le |la |el |il |den |dem |o |dia |o dia |on |monday next|next |nachsten |kommenden |volgende |le proche |prochain |compris |inclus |y incluido |en met )*[ \n,:]*$");

    /// <summary>What stands between two days of a range.</summary>
    private static readonly Regex Range = new(@"^[ \n]*(?:\([^)]{0,20}\))?[ \n,]*(?:-|–|—|to|through|thru|until|till|bis(?: zum)?|au|al|all'|a|tot(?: en met)?|t/m|ate|ao|aos|hasta el)[ \n]*(?:the |den |dem |el |le |il |o |dia |o dia |and including |einschliesslich )*$|\d{1,2}(?:st|nd|rd|th|\.)? ?(?:-|–|to|through|bis(?: zum)?|au|al|tot(?: en met)?|t/m|ate|a|ao) ?(?:the |den |o |dia )?$");

    /// <summary>A range whose first day has no month of its own: "from 24 to 28 November".</summary>
    private static readonly Regex RangeOfDays = new(@"\d{1,2}(?:st|nd|rd|th|er|\.)? ?(?:-|–|to|through|bis(?: zum)?|au|al|tot(?: en met)?|t/m|ate|a|ao) ?(?:the |den |o |dia )?$");

    private static readonly Regex Return = new(@"\bback\b(?!-?up)|\breturn(?!ed)|\bresum(e|ing)|\bavailable\b|\breachable|\bin the office\b|\bat my desk|\bzuruck|\bruckkehr|\bwieder\b|\berreichbar|\bretour\b|\breviens|\breviendr|\breprendr|\brentr(e|erai|ee)\b|\bdisponible|\bjoignable|\bregres|\bvuelv|\bvolver|\bvuelta\b|\breincorpor|\bretom|\bretorn|\bvolto\b|\bvoltarei|\bvolta\b|\bterug|\bweer\b|\bbereikbaar|\brientr|\btorn(o|ero|eremo)\b|\britorno|\bdi nuovo|\bdisponivel|\braggiungibil");

    /// <summary>Follows the day, in the same clause.</summary>
    private static readonly Regex ReturnAfter = new(@"^,? ?(?:(?!\b(?:and|und|et|y|e|en)\b)[^,.]){0,60}?(?:\bagain\b|\bback\b(?!-?up)|\bwieder\b|\bzuruck|\bterug|\bweer\b|\bde retour|\ba nouveau|\bde nouveau|\bde vuelta|\bnuevamente|\bde nuevo|\bde volta|\bnovamente|\bdi nuovo|\bnuovamente)");

    private static readonly Regex Negated = new(@"\b(not|nicht|niet|no|non|nao|pas|kein|keinen|limited|un|without|cannot|can't|won't)( \w+){0,2}? ?(be )?(available|reachable|erreichbar|verfugbar|bereikbaar|disponible|disponivel|raggiungibil\w*|joignable|in the office)|\bunavailable|\bout of (the )?office|\bunreachable|\bindisponible|\bindisponivel|\bonbereikbaar|\bnicht [^.]{0,30}?erreichbar|\bniet [^.]{0,30}?bereikbaar|\bnao [^.]{0,20}?disponivel|\bno [^.]{0,20}?disponible|\bnot (be )?back");

    /// <summary>The text must speak of an absence: an offer may be "valid until Friday".</summary>
    private static readonly Regex Absence = new(@"\bout of (the )?office|\baway\b|\bout\b|\babsen|\bvacation|\bholiday|\b(annual|parental|maternity|paternity|sick|medical) leave|\bon leave|\btravel|\bunavailable|\bnot (be )?(available|in the office)|\bback\b|\breturn|\bclosed|\bovo\b|\burlaub|\babwesen|\bnicht (im|erreichbar|am|da)|\bnicht [^.]{0,30}erreichbar|\bausser haus|\bdienstreise|\belternzeit|\bunterwegs|\bzuruck|\bwieder|\bgeschlossen|\bconge|\bvacances|\bdeplacement|\bferme|\bindisponible|\bretour|\bfuera de|\bausent|\bausencia|\bvacaciones|\bde viaje|\bbaja\b|\bregres|\bvuelv|\bafwezig|\bvakantie|\bverlof|\bbuiten kantoor|\bniet (op|aanwezig|bereikbaar)|\bterug|\bferias|\bfora d|\bviagem|\bretorn|\bvoltarei|\bferie\b|\bassen(te|za)|\bfuori (ufficio|sede)|\brientr|\btorn(o|ero)\b|\bin trasferta|\bchius");
}
