using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.Operations;

namespace Sluice.Server.Console.Developer;

internal static class MailView
{
    public static Html Of(Visit visit, List<Message> mails, string? state, int limit) => $"""
        {DeveloperTabs.Of("Outgoing mail")}
        <form class="filter"><label for="state">State</label><select id="state" name="state"><option value="">All</option>{MessageStates.All.Select(one => Option(one, state))}</select><button>Show</button></form>
        {(mails.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No mail.</strong> In <code>sluice dev</code> no mail ever leaves: it is kept here. <a href=\"{Links.Developer}/clock\">Move the clock</a> to the next working day to see what a flow sends.</p>" : $"<ul class=\"rows\">{mails.Select(mail => Parts.MailRow(visit, mail))}</ul>")}
        {Html.If(mails.Count == limit, $"<p><a class=\"button\" href=\"{Links.With($"{Links.Developer}/mail", ("state", state), ("before", mails.Count == 0 ? null : WireId.Write(mails[^1].Id)))}\">The next {limit}</a></p>")}
        {OperationsEndpoints.ShareMail(visit, state)}
        """;

    private static Html Option(string state, string? chosen) => $"<option value=\"{state}\"{Html.If(state == chosen, $" selected")}>{Words.Spaced(state)}</option>";
}
