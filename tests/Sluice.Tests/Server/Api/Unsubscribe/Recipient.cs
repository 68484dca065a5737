using System.Text.RegularExpressions;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Server.Api.Unsubscribe;

/// <summary>The recipient of two flows' mail, with the unsubscribe link of the first flow.</summary>
internal sealed record Recipient(TestApp App, string CrmId, Flow Flow, Flow OtherFlow, Run Instance, Run Elsewhere)
{
    public string Link => LinkOf(Instance);

    /// <param name="company">The name of the sender's company.</param>
    /// <param name="subject">The subject of the first flow's first mail.</param>
    public static async Task<Recipient> OfAsync(TestApp app, string crmId = "003A", string? company = null, string subject = "Walking distance")
    {
        if (company is not null)
        {
            await app.HasSettingsAsync(settings => settings with { Name = company });
        }

        var (flow, other) = (await app.HasMailFlowAsync(subject), await app.HasMailFlowAsync());
        return new(app, crmId, flow, other, await app.HasInstanceWithSentMailAsync(crmId, flow), await app.HasInstanceWithSentMailAsync(crmId, other));
    }

    public string LinkOf(Run instance) => $"/unsubscribe/{UnsubscribeToken.Write(Convert.FromHexString(App.Tenant.Company.CursorKey), instance.CompanyId, instance.Id)}";

    public async Task<WebPage> LookAsync() => await WebPage.ReadAsync(await App.Client.GetAsync(Link));

    /// <summary>Presses a button of the page; null: the button of a mail program (RFC 8058).</summary>
    public async Task<WebPage> PressAsync(string? choice) =>
        await WebPage.ReadAsync(await App.Client.PostAsync(choice is null ? Link : $"{Link}?choice={choice}", null));

    public async Task<ProspectState> StateAsync()
    {
        var prospect = await App.HasProspectAsync(CrmId);
        return (await new ProspectStore(App.Db).FindAsync(prospect.CompanyId, [prospect.Id], CancellationToken.None)).Single();
    }

    public async Task<IEnumerable<string>> AssignAgainAsync(Flow flow) => (await App.AssignAsync(flow, CrmId)).Each("prospectsNotAssigned", "errorMessage");
}

/// <summary>A page as it was answered.</summary>
internal sealed partial record WebPage(HttpResponseMessage Response, string Html)
{
    public int Status => (int)Response.StatusCode;

    public static async Task<WebPage> ReadAsync(HttpResponseMessage response) => new(response, await response.Content.ReadAsStringAsync());

    public WebPage ShouldShow(params IEnumerable<string> texts)
    {
        Assert.All(texts, text => Assert.Contains(text, Html, StringComparison.Ordinal));
        return this;
    }

    /// <summary>The buttons, in their order.</summary>
    public IEnumerable<string> Buttons() => Button().Matches(Html).Select(match => match.Groups[1].Value);

    [GeneratedRegex("<button[^>]*>([^<]*)</button>")]
    private static partial Regex Button();
}
