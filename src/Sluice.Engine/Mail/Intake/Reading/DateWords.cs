using System.Collections.Frozen;
using NodaTime;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Names of months and weekdays in seven languages, folded. A name that means something else in another language is left out (pt: "out", "set").</summary>
internal static class DateWords
{
    public const string Months =
        "january|januar|januari|janner|janvier|janeiro|janv|jan|enero|ene|gennaio|gen|february|februar|februari|fevrier|fevereiro|fevr|febrero|febbraio|feb|fev|march|marz|maerz|marzo|maart|marco|mars|mrt|mar"
        + "|april|aprile|avril|abril|apr|avr|abr|mayo|maio|maggio|mai|mei|may|mag|june|juni|juin|junio|junho|giugno|jun|giu|july|juli|juillet|julio|julho|luglio|juil|jul|lug|august|augustus|aout|agosto|aug"
        + "|september|septembre|septiembre|setiembre|setembro|settembre|sept|sep|october|oktober|octobre|octubre|outubro|ottobre|oct|okt|ott|november|novembre|noviembre|novembro|nov|december|dezember|decembre|diciembre|dezembro|dicembre|dec|dez|dic";

    public const string Weekdays =
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
        + "|lunes|martes|miercoles|jueves|viernes|sabado|domingo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|segunda-feira|terca-feira|quarta-feira|quinta-feira|sexta-feira|segunda|terca|quarta|quinta|sexta"
        + "|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica";

    /// <summary>Only beside a date, where they cannot mean anything else.</summary>
    public const string ShortWeekdays = "mon|tues|tue|wed|thurs|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mie|jue|vie|sab|dom|ma|wo|vr|za|zo|gio";

    private static readonly FrozenDictionary<string, int> MonthNumbers = Months.Split('|').Select(name => KeyValuePair.Create(name, NumberOf(name))).ToFrozenDictionary();

    private static readonly FrozenDictionary<string, IsoDayOfWeek> WeekdayNumbers = Weekdays.Split('|').Select(name => KeyValuePair.Create(name, DayOf(name))).ToFrozenDictionary();

    public static int Month(string name) => MonthNumbers[name];

    /// <returns>Null: an abbreviation, which may mean different days in different languages.</returns>
    public static IsoDayOfWeek? Weekday(string name) => WeekdayNumbers.TryGetValue(name, out var day) ? day : null;

    private static int NumberOf(string name) => name[..3] switch
    {
        "jan" or "ene" or "gen" => 1,
        "feb" or "fev" => 2,
        "mar" or "mae" or "maa" or "mrt" => 3,
        "apr" or "avr" or "abr" => 4,
        "may" or "mai" or "mag" or "mei" => 5,
        "jun" or "giu" => 6,
        "jul" or "lug" => 7,
        "aug" or "aou" or "ago" => 8,
        "sep" or "set" => 9,
        "oct" or "okt" or "out" or "ott" => 10,
        "nov" => 11,
        "dec" or "dez" or "dic" => 12,
        "jui" => name.StartsWith("juil", StringComparison.Ordinal) ? 7 : 6,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static IsoDayOfWeek DayOf(string name) => name switch
    {
        "monday" or "montag" or "lundi" or "lunes" or "maandag" or "segunda" or "segunda-feira" or "lunedi" => IsoDayOfWeek.Monday,
        "tuesday" or "dienstag" or "mardi" or "martes" or "dinsdag" or "terca" or "terca-feira" or "martedi" => IsoDayOfWeek.Tuesday,
        "wednesday" or "mittwoch" or "mercredi" or "miercoles" or "woensdag" or "quarta" or "quarta-feira" or "mercoledi" => IsoDayOfWeek.Wednesday,
        "thursday" or "donnerstag" or "jeudi" or "jueves" or "donderdag" or "quinta" or "quinta-feira" or "giovedi" => IsoDayOfWeek.Thursday,
        "friday" or "freitag" or "vendredi" or "viernes" or "vrijdag" or "sexta" or "sexta-feira" or "venerdi" => IsoDayOfWeek.Friday,
        "saturday" or "samstag" or "sonnabend" or "samedi" or "sabado" or "zaterdag" or "sabato" => IsoDayOfWeek.Saturday,
        _ => IsoDayOfWeek.Sunday,
    };
}
