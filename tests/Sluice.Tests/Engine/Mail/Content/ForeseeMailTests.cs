using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Tests.Engine.Mail.Content;

public sealed class ForeseeMailTests
{
    private static readonly User Robin = new(1, 2, "robin@example.com", "Robin", "Rep", null, null, null, true, true, "UTC", null, null!, default);

    /// <summary>The texts of a flow have 16 MiB at most, and a plan names 200 prospects: whole mails would be gigabytes.</summary>
    [Fact]
    public void The_length_of_the_mails_does_not_matter_for_each_prospect()
    {
        var body = $"<p>{{{{account_name}}}} {new string('x', 1_000_000)} {{{{account_name}}}} {{{{recipient.email}}}}</p>";
        var foresee = new ForeseeMail([.. Enumerable.Range(1, 15).Select(order => new Step(1, 3, order, order, Step.AutomaticMail, 0, "Hi", body, false))], Robin, overrides: null);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var tasks = Enumerable.Range(0, 200).SelectMany(i => foresee.Of(Ada($"p{i}"))).ToList();

        Assert.Equal(200 * 15, tasks.Count(task => task.WhyNot is { Rule: ManualMailRule.NoValue, Placeholders: ["account_name"] }));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Theory]
    [InlineData("{{a}} text {{b}} {{a}}")]
    [InlineData("{{ {{a}} {{recipient.email}} {")]
    [InlineData("{{{{a}}}} {{b")]
    [InlineData("no placeholder")]
    public void The_placeholders_alone_lack_the_same_values_as_the_text(string text)
    {
        var values = Placeholders.Of(Ada("ada").Prospect, Robin, []);

        Assert.Equal(Rendering.Render(new StepTexts("", text), values).Unresolved, Rendering.Render(new StepTexts("", Rendering.OnlyPlaceholders(text)), values).Unresolved);
    }

    [Fact]
    public void The_source_of_every_placeholder_is_known() => Assert.DoesNotContain(
        Placeholders.Names, name => ManualMailAdvice.Of(new(ManualMailRule.NoValue, [name])).Contains("comes only from", StringComparison.Ordinal));

    private static ProspectState Ada(string crmId) => new(Prospect.FromCrmId(1, 4, crmId, default) with { FirstName = "Ada", Email = "ada@example.org" }, EmailValid: true, IsDeleted: false);
}
