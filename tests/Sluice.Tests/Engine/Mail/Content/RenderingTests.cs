using Sluice.Engine.Mail.Content;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Tests.Engine.Mail.Content;

public sealed class RenderingTests
{
    private static readonly Prospect Ada = Prospect.FromCrmId(1, 2, "003A", DateTimeOffset.UnixEpoch) with
    {
        FirstName = "Ada",
        LastName = "O'Neil",
        CompanyName = "Smith & <Sons>",
        Title = "",
    };

    private static readonly User Robin = new(
        1, 3, "robin@example.com", "Robin", "Rep", null, null, null, true, true, "UTC", null, null!, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Placeholders_are_replaced_by_their_values()
    {
        var rendered = Render("For {{account_name}}", "<p>Hi {{recipient.first_name}} {{ recipient.last_name }},</p>{{sender.first_name}} {{sender.email}}");

        Assert.Equal("For Smith & <Sons>", rendered.Subject);
        Assert.Equal("<p>Hi Ada O&#39;Neil,</p>Robin robin@example.com", rendered.Body);
        Assert.Empty(rendered.Unresolved);
    }

    [Fact]
    public void Values_are_escaped_in_the_body_only() =>
        Assert.Equal(
            ("Smith & <Sons>", "<p title=\"&quot;&gt;&lt;script&gt;\">Smith &amp; &lt;Sons&gt;</p>"),
            Both(Render("{{account_name}}", "<p title=\"{{x}}\">{{account_name}}</p>", ("x", "\"><script>"))));

    [Fact]
    public void Placeholders_inside_a_value_are_not_replaced() =>
        Assert.Equal(
            ("{{recipient.first_name}}", "{{{{recipient.first_name}}"),
            Both(Render("{{a}}", "{{b}}{{a}}", ("a", "{{recipient.first_name}}"), ("b", "{{"))));

    [Fact]
    public void An_assignments_variable_overrides_the_prospects_field_even_if_it_is_empty()
    {
        Assert.Equal(("", "Countess"), Both(Render("{{account_name}}", "{{recipient.first_name}}", ("account_name", ""), ("recipient.first_name", "Countess"))));
        Assert.Equal("Ada", Render("", "{{recipient.first_name}}", ("recipient.first_name", null)).Body);
    }

    [Theory]
    [InlineData("{{recipient.title}}", "recipient.title")] // the title is known and empty
    [InlineData("{{Recipient.First_Name}}", "Recipient.First_Name")]
    [InlineData("{{recipient.firstname}}", "recipient.firstname")]
    [InlineData("{{}}", "")]
    [InlineData("{{recipient.first_name", "{{")]
    [InlineData("{{recipient.first_name}", "{{")]
    [InlineData("{{recipient.{{recipient.first_name}}", "{{")]
    public void A_placeholder_without_a_value_stays_as_it_is_and_is_reported(string text, string told)
    {
        Assert.Equal([told], Render(text, "").Unresolved);
        Assert.Equal([told], Render("", text).Unresolved);
        Assert.StartsWith(text[..2], Render(text, "").Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_break_in_a_subject_is_detected()
    {
        Assert.False(Render("Hi {{x}}", "", ("x", "you\r\nBcc: all@example.com")).HasOneLineSubject);
        Assert.False(Render("Hi {{x}}", "", ("x", "you\n")).HasOneLineSubject);
        Assert.True(Render("Hi {{x}}", "{{x}}\r\n", ("x", "Zoë 🙂")).HasOneLineSubject);
    }

    /// <summary>With quadratic work, this would take minutes.</summary>
    [Theory]
    [InlineData("{{")]
    [InlineData("{{a")]
    [InlineData("{{recipient.first_name}}")]
    [InlineData("{")]
    [InlineData("plain text ")]
    public void A_body_of_five_megabytes_is_rendered_in_one_pass(string piece)
    {
        var rendered = Render("", string.Concat(Enumerable.Repeat(piece, 5_000_000 / piece.Length)));

        Assert.NotEmpty(rendered.Body);
        Assert.InRange(rendered.Unresolved.Count, 0, 1);
    }

    [Fact]
    public void A_reply_keeps_the_subject_of_the_last_mail()
    {
        var texts = new StepTexts("{{unknown}}", "Still there?");

        var reply = MailThread.Render(texts, new Dictionary<string, string?> { ["x"] = "never" }, "{{x}} & you");

        Assert.Equal("Re: {{x}} & you", reply.Subject);
        Assert.Empty(reply.Unresolved);
        Assert.Equal("re: A", MailThread.Render(texts, new Dictionary<string, string?>(), "re: A").Subject);
        Assert.Equal(["unknown"], MailThread.Render(texts, new Dictionary<string, string?>(), null).Unresolved);
    }

    private static (string Subject, string Body) Both(Rendered rendered) => (rendered.Subject, rendered.Body);

    private static Rendered Render(string subject, string body, params (string Name, string? Value)[] variables) => Rendering.Render(
        new StepTexts(subject, body), Placeholders.Of(Ada, Robin, variables.Select(one => KeyValuePair.Create(one.Name, one.Value))));
}
