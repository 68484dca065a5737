using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

public sealed class OptOutTests
{
    [Theory]
    [InlineData("unsubscribe")]
    [InlineData("UNSUBSCRIBE ME NOW!!")]
    [InlineData("Please take me off your list.\nThanks\nBob")]
    [InlineData("Stop emailing me.")]
    [InlineData("Hi Daniel,\n\nNot interested. Please remove my email address from your database.\n\nBest regards,\nAnn Vale")]
    [InlineData("I no longer wish to receive your emails")]
    [InlineData("opt-out")]
    [InlineData("Bitte löschen Sie meine E-Mail-Adresse aus Ihrer Datenbank")]
    [InlineData("Kein Bedarf, bitte nicht mehr anschreiben")]
    [InlineData("Wrong person, please remove me")]
    [InlineData("Please cancel my subscription")]
    [InlineData("Would you mind removing me from the list?")]
    [InlineData("Gelieve mij uit te schrijven")]
    [InlineData("Abmelden bitte")]
    [InlineData("Ich möchte keine weiteren Mails erhalten. Danke!")]
    [InlineData("Désinscription SVP")]
    [InlineData("Veuillez me retirer de votre liste de diffusion.")]
    [InlineData("Ne m'écrivez plus.")]
    [InlineData("Dar de baja")]
    [InlineData("No me envíen más correos, por favor")]
    [InlineData("Quiero darme de baja. Gracias.")]
    [InlineData("Vi prego di cancellarmi dalla lista")]
    [InlineData("Non desidero ricevere altre email")]
    [InlineData("Gelieve mij te verwijderen. Schrijf mij uit aub")]
    [InlineData("Graag afmelden voor deze nieuwsbrief")]
    [InlineData("Não quero receber mais e-mails")]
    [InlineData("Por favor, descadastre meu email.")]
    [InlineData("Не пишите мне больше")]
    [InlineData("Proszę o usunięcie mnie z listy")]
    [InlineData("Vänligen ta bort mig från listan")]
    public void A_message_that_asks_for_no_more_mail_and_says_nothing_else_is_an_opt_out(string text) => Assert.True(OptOuts.IsRequest(text, "Ann Vale"));

    [Theory]
    [InlineData("")]
    [InlineData("Yes please")]
    [InlineData("Not interested.")]
    [InlineData("Stop by on Thursday")]
    [InlineData("Please remove the second page and resend")]
    [InlineData("Please unsubscribe me, but call me next week")]
    [InlineData("Unsubscribe me from the webinar. What does the basic plan cost?")]
    [InlineData("Your unsubscribe link does not work")]
    [InlineData("Don't contact my colleague, write to me instead")]
    [InlineData("Please remove me from cc. Anna will take over, tell her the price.")]
    [InlineData("Please delete my last message")]
    [InlineData("Please take me off the agenda, I will call you, then we see")]
    [InlineData("Bitte löschen Sie den Termin")]
    [InlineData("Ich möchte keine Zeit verlieren: wann können Sie liefern?")]
    [InlineData("Merci de retirer la pièce jointe")]
    [InlineData("No quiero perder la oferta")]
    [InlineData("Basta un esempio")]
    [InlineData("Stop de machine om 10 uur")]
    [InlineData("Удалите второй файл")]
    public void A_message_that_says_something_else_too_is_a_reply(string text) => Assert.False(OptOuts.IsRequest(text, "Ann Vale"));

    [Fact]
    public void Words_below_an_attribution_are_not_the_senders() => Assert.Equal(
        "Yes, let us talk.",
        WrittenText.Of("Yes, let us talk.\n\nAm Do., 26. Nov. 2026 um 10:02 Uhr schrieb Daniel Okafor\n<daniel.okafor@larkspur.example>:\n\n> unsubscribe\n"));

    [Fact]
    public void Answers_below_a_quotation_are_the_senders() => Assert.Equal(
        "Please remove me.",
        WrittenText.Of("On Thu, 26 Nov 2026, Daniel wrote:\n> Shall we talk?\n>\n\nPlease remove me.\n\n-- \nAnn"));
}
