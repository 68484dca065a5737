using System.Globalization;
using NodaTime;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

/// <summary>Return dates in texts that were written on Friday, 27 November 2026.</summary>
public sealed class ReturnDateTests
{
    private static readonly LocalDate Friday = new(2026, 11, 27);

    [Theory]
    [InlineData("I am out of the office until 3 December.", "2026-12-03")]
    [InlineData("I'm away until December 3rd, 2026 and will read no mail.", "2026-12-03")]
    [InlineData("Out of office through Dec 4", "2026-12-04")]
    [InlineData("I will be back on Monday.", "2026-11-30")]
    [InlineData("Back tomorrow! I am out of office today.", "2026-11-28")]
    [InlineData("I am on holiday from 24 to 30 November and return on 1 December.", "2026-12-01")]
    [InlineData("On vacation Nov 24-28", "2026-11-28")]
    [InlineData("I am out of the office and will return Wednesday, December 2.", "2026-12-02")]
    [InlineData("I'm on leave till the 4th of December 2026", "2026-12-04")]
    [InlineData("I will not be back until 2026-12-07.", "2026-12-07")]
    [InlineData("Returning: 7 Jan", "2027-01-07")]
    [InlineData("Out of office: 11/23 - 12/4", "2026-12-04")] // 23 tells the order of both.
    [InlineData("Out of office: 23/11 - 4/12", "2026-12-04")]
    [InlineData("Office closed from 24 December 2026 to 3 January 2027", "2027-01-03")]
    [InlineData("Ich bin erst am Dienstag, 1. Dezember, wieder am Platz.", "2026-12-01")]
    [InlineData("I am away and back in the office on Tuesday next week.", "2026-12-01")]
    [InlineData("As of 3 December I will be available again.", "2026-12-03")]
    [InlineData("Ich bin bis zum 3. Dezember 2026 nicht im Büro.", "2026-12-03")]
    [InlineData("Ich bin vom 23.11. bis 04.12.2026 im Urlaub.", "2026-12-04")]
    [InlineData("Ab dem 7.12. bin ich wieder für Sie da.", "2026-12-07")]
    [InlineData("Ich bin bis einschließlich Freitag, den 4. Dezember abwesend.", "2026-12-04")]
    [InlineData("Am Montag bin ich wieder erreichbar. Ich bin nicht im Büro.", "2026-11-30")]
    [InlineData("Ich bin ab 23.11. nicht im Haus und kehre am 01.12. zurück.", "2026-12-01")]
    [InlineData("Je suis absent jusqu'au 3 décembre inclus.", "2026-12-03")]
    [InlineData("En congés du 23 au 30 novembre, de retour le 1er décembre.", "2026-12-01")]
    [InlineData("Je serai de retour lundi.", "2026-11-30")]
    [InlineData("Absent jusqu’au 04/12/2026", "2026-12-04")]
    [InlineData("Estoy de vacaciones hasta el 3 de diciembre.", "2026-12-03")]
    [InlineData("Estaré fuera de la oficina del 23 al 30 de noviembre. Vuelvo el 1 de diciembre de 2026.", "2026-12-01")]
    [InlineData("Regreso el próximo lunes. Estoy de viaje.", "2026-11-30")]
    [InlineData("Ik ben afwezig tot en met 3 december.", "2026-12-03")]
    [InlineData("Vanaf 7 december ben ik weer bereikbaar.", "2026-12-07")]
    [InlineData("Ik ben met vakantie van 23-11-2026 t/m 4-12-2026.", "2026-12-04")]
    [InlineData("Estou de férias até 3 de dezembro.", "2026-12-03")]
    [InlineData("Retorno ao escritório em 07/12/2026.", "2026-12-07")]
    [InlineData("Estarei ausente até segunda-feira.", "2026-11-30")]
    [InlineData("Sono in ferie fino al 3 dicembre.", "2026-12-03")]
    [InlineData("Sono assente dal 23 novembre al 4 dicembre 2026.", "2026-12-04")]
    [InlineData("Rientro lunedì 30 novembre.", "2026-11-30")]
    public void A_return_date_is_read(string text, string day) => Assert.Equal(day, Found(text));

    [Theory]
    [InlineData("I am out of the office.")]
    [InlineData("I am away until 02/01/2027.")] // 2 January or 1 February.
    [InlineData("I am away until 2 December and again until 9 January.")]
    [InlineData("I was away until 20 November.")]
    [InlineData("I am away until Friday.")] // Today, or in a week.
    [InlineData("I am back on Monday, 8 December 2026.")] // That is a Tuesday.
    [InlineData("I am back on 31 November.")]
    [InlineData("Our office hours are Monday to Friday. I am out of office.")]
    [InlineData("I am away. Your message of 26 November 2026 will be answered by 24/7 support.")]
    [InlineData("This offer is valid until 31 December 2026.")]
    [InlineData("Ich bin ab dem 24.12.2026 im Urlaub.")]
    [InlineData("I am away from 1 December 2026.")]
    [InlineData("Back in two weeks. I am on holiday.")]
    [InlineData("Call +49 89 12.12.26 while I am away.")]
    [InlineData("I am on leave until 1 June 2031.")]
    public void Where_it_is_not_sure_there_is_none(string text) => Assert.Null(Found(text));

    [Theory]
    [InlineData("en-US", "2026-12-03")]
    [InlineData("en-GB", "2027-03-12")]
    public void The_message_says_of_which_country_its_numbers_are(string tag, string day) => Assert.Equal(day, Found("I am away until 12/03/2026.".Replace("2026", tag == "en-GB" ? "2027" : "2026", StringComparison.Ordinal), tag));

    [Theory]
    [InlineData("2026-12-03", "2026-12-04")]
    [InlineData("2026-12-04", "2026-12-07")]
    [InlineData("2026-12-05", "2026-12-07")]
    [InlineData("2026-12-31", "2027-01-01")]
    public void A_flow_resumes_on_the_next_working_day(string day, string resumed) =>
        Assert.Equal(resumed, ReturnDates.WorkingDayAfter(NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture));

    private static string? Found(string text, string? tag = null) => ReturnDates.Find("", text, Friday, tag)?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
