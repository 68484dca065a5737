using System.Text;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Mail.Intake;

/// <summary>Messages that are matched by a signed token in the address to which they came, because their headers say nothing.</summary>
public sealed class PlusAddressTests
{
    [Theory, EveryDatabase]
    public async Task An_answer_without_headers_from_another_address_is_matched_by_the_token(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        var (instance, other) = (await app.HasInstanceWithSentMailAsync("003A", flow), await app.HasInstanceWithSentMailAsync("003B", flow));
        var to = await AddressOfAsync(app, instance);

        // The thread of the answer names another mail: the token comes first.
        var heard = await app.ReceiveRawAsync(Raw($"From: assistant@example.org\nTo: Rep <{to}>\nMessage-ID: <1@example.org>\nIn-Reply-To: <{(await app.MailOfAsync(other))[0].MessageId}>\n\nShe would like to know more."));

        Assert.Equal(("reply", "token", WireId.Write(instance.Id)), (heard.Json["type"]!.ToString(), heard.Json["matchedBy"]!.ToString(), heard.Json["flowInstances"]![0]!["flowInstanceId"]!.ToString()));
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, instance));
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(other)).Status);
    }

    [Theory, EveryDatabase]
    public async Task A_bounce_that_returns_nothing_and_names_nobody_marks_the_address_of_the_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        var heard = await app.ReceiveRawAsync(Raw($"Return-Path: <>\nX-Original-To: {(await AddressOfAsync(app, instance)).ToUpperInvariant()}\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <2@mx.example.net>\n\nYour message could not be delivered: 550 5.1.1 user unknown"));

        Assert.Equal(("bounce", "token"), (heard.Json["type"]!.ToString(), heard.Json["matchedBy"]!.ToString()));
        Assert.Equal((InstanceStatus.Paused, PauseReason.Bounced), await StateAsync(app, instance));
        Assert.Equal("false", (await app.GetAsync("/sluice/v1/prospects/003A", await app.HasManageKeyAsync())).Json["prospect"]!["emailIsValid"]!.ToJsonString());
    }

    [Theory, EveryDatabase]
    public async Task A_complaint_without_the_recipient_is_matched_by_the_return_path_that_it_keeps(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        var heard = await app.ReceiveRawAsync(Raw($"""
            From: feedback@provider.example
            To: abuse@acme.example
            Message-ID: <3@provider.example>
            Content-Type: multipart/report; report-type=feedback-report; boundary=b

            --b
            Content-Type: message/feedback-report

            Feedback-Type: abuse
            Version: 1
            Original-Mail-From: <{await AddressOfAsync(app, instance)}>

            --b--
            """));

        Assert.Equal(("complaint", "token"), (heard.Json["type"]!.ToString(), heard.Json["matchedBy"]!.ToString()));
        Assert.Equal(InstanceStatus.Finished, (await app.RunOfAsync(instance)).Status);
        Assert.Equal(1, await app.CountAsync("suppressions where kind = 'complaint'"));
    }

    [Theory, EveryDatabase]
    public async Task A_token_that_is_made_up_of_another_company_or_of_mail_that_did_not_leave_does_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        var instance = await app.HasInstanceWithSentMailAsync("003A", flow);
        var mail = (await app.MailOfAsync(instance))[0];
        var globex = await app.HasTenantAsync("Globex");
        var elsewhere = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync(of: globex), globex);
        var theirs = (await app.MailOfAsync(elsewhere))[0];
        string[] tokens =
        [
            PlusToken.Write(new byte[32], mail.Id),
            PlusToken.Write(Key(globex), theirs.Id),
            PlusToken.Write(Key(globex), mail.Id),
            PlusToken.Write(Key(app.Tenant), theirs.Id),
            PlusToken.Write(Key(app.Tenant), mail.Id + 1),
        ];

        foreach (var (at, token) in tokens.Index())
        {
            var heard = await app.ReceiveRawAsync(Raw($"From: stranger@example.net\nTo: {PlusToken.AddTo("rep@acme.example", token)}\nMessage-ID: <m{at}@example.net>\n\nPlease call me."));
            Assert.Equal((at, "nothing", "[]"), (at, heard.Json["matchedBy"]!.ToString(), heard.Json["flowInstances"]!.ToJsonString()));
        }

        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(elsewhere)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_token_is_found_after_many_made_up_ones_only_within_bounds(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var to = await AddressOfAsync(app, instance);
        string MadeUp(int count) => string.Join(", ", Enumerable.Range(0, count).Select(at => PlusToken.AddTo("rep@acme.example", PlusToken.Write(new byte[32], at))));

        var tooMany = await app.ReceiveRawAsync(Raw($"From: stranger@example.net\nTo: {MadeUp(500)}, {to}\nMessage-ID: <1@example.net>\n\nPlease call me."));
        var few = await app.ReceiveRawAsync(Raw($"From: stranger@example.net\nTo: {MadeUp(19)}, {to}\nMessage-ID: <2@example.net>\n\nPlease call me."));

        Assert.Equal(("nothing", "token"), (tooMany.Json["matchedBy"]!.ToString(), few.Json["matchedBy"]!.ToString()));
    }

    private static byte[] Raw(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    private static byte[] Key(Tenant tenant) => Convert.FromHexString(tenant.Company.CursorKey);

    private static async Task<string> AddressOfAsync(TestApp app, Run instance)
    {
        var mail = (await app.MailOfAsync(instance))[0];
        return PlusToken.AddTo("rep@acme.example", PlusToken.Write(Key(app.Tenant), mail.Id))!;
    }

    private static async Task<(InstanceStatus Status, PauseReason? Reason)> StateAsync(TestApp app, Run instance)
    {
        var run = await app.RunOfAsync(instance);
        return (run.Status, run.PauseReason);
    }
}
