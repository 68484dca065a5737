using System.Net;
using System.Text;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;

namespace Sluice.Tests.Engine.Mail.Intake;

/// <summary>Raw messages through <c>POST /sluice/v1/inbound</c>.</summary>
public sealed class RawInboundTests
{
    [Theory, EveryDatabase]
    public async Task A_raw_reply_pauses_the_flow_and_the_answer_says_why(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var raw = await RawAsync(app, instance, "From: Ada <003a@example.org>", "Yes, call me.");

        var heard = await app.ReceiveRawAsync(raw);
        var again = await app.ReceiveRawAsync(raw);

        Assert.Equal(("reply", "thread", "replied"), (heard.Json["type"]!.ToString(), heard.Json["matchedBy"]!.ToString(), heard.Json["flowInstances"]![0]!["effect"]!.ToString()));
        Assert.Equal(("reply", "003a@example.org"), (heard.Json["reading"]!["kind"]!.ToString(), heard.Json["reading"]!["address"]!.ToString()));
        Assert.Equal(heard.Json["flowInstances"]!.ToJsonString(), again.Json["flowInstances"]!.ToJsonString());
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, instance));
    }

    [Theory, EveryDatabase]
    public async Task An_explanation_says_why_each_message_was_taken_for_what_it_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        await app.ReceiveRawAsync(await ReportAsync(app, instance, "failed", "5.7.1"));
        await app.ReceiveInboundAsync(new { type = "call_back", messageId = "c1", flowInstanceId = TestApp.Wire(instance) });

        var explained = await app.GetAsync($"/sluice/v1/flow-instances/{TestApp.Wire(instance)}/explain", await app.HasManageKeyAsync());

        Assert.Equal(
            ["bounce: It is a delivery report with the action failed and the status 5.7.1 (RFC 3464)", "call_back: Whoever reported it said so"],
            explained.Json["inbound"]!.AsArray().Select(one => $"{one!["type"]}: {one["rule"]}").Order(StringComparer.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task An_absence_pauses_until_the_next_working_day_after_it_and_sends_no_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var day = NodaTime.LocalDate.FromDateTime(app.Clock.GetUtcNow().UtcDateTime).PlusDays(6);
        var raw = await RawAsync(app, instance, "From: Ada <003a@example.org>\r\nAuto-Submitted: auto-replied", $"I am out of the office until {day:uuuu-MM-dd}.");

        var heard = await app.ReceiveRawAsync(raw);

        Assert.Equal(("auto_reply", $"{day:uuuu-MM-dd}"), (heard.Json["type"]!.ToString(), heard.Json["reading"]!["returnDate"]!.ToString()));
        Assert.Equal((InstanceStatus.Paused, PauseReason.OutOfOffice), await StateAsync(app, instance));
        Assert.Single(await app.MailOfAsync(instance)); // Automatic mail is never answered, or two programs would answer each other for ever.
    }

    [Theory, EveryDatabase]
    public async Task A_bounce_of_the_address_pauses_and_a_delay_does_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        var delayed = await app.ReceiveRawAsync(await ReportAsync(app, instance, "delayed", "4.4.1"));
        Assert.Equal(("delivery_report", "nothing"), (delayed.Json["type"]!.ToString(), delayed.Json["matchedBy"]!.ToString()));
        var policy = await app.ReceiveRawAsync(await ReportAsync(app, instance, "failed", "5.7.1"));
        Assert.Equal(InstanceEvent.SoftBounce, policy.Json["flowInstances"]![0]!["effect"]!.ToString());
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);

        var gone = await app.ReceiveRawAsync(await ReportAsync(app, instance, "failed", "5.1.1"));
        Assert.Equal(("bounce", "thread"), (gone.Json["type"]!.ToString(), gone.Json["matchedBy"]!.ToString()));
        Assert.Equal("""{"action":"failed","status":"5.1.1","recipients":["003a@example.org"]}""", gone.Json["reading"]!["report"]!.ToJsonString());
        Assert.Equal((InstanceStatus.Paused, PauseReason.Bounced), await StateAsync(app, instance));
    }

    [Theory, EveryDatabase]
    public async Task A_report_of_several_recipients_counts_for_each_as_it_says_of_each(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        var (full, gone) = (await app.HasInstanceWithSentMailAsync("003A", flow), await app.HasInstanceWithSentMailAsync("003B", flow));
        var raw = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(await ReportAsync(app, full, "failed", "5.2.2")).Replace(
            "Status: 5.2.2", "Status: 5.2.2\n\nFinal-Recipient: rfc822; 003b@example.org\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; nobody@example.org\nAction: failed\nStatus: 5.1.1", StringComparison.Ordinal));

        var (heard, again) = (await app.ReceiveRawAsync(raw), await app.ReceiveRawAsync(raw));

        Assert.Equal([InstanceEvent.SoftBounce, InstanceEvent.Bounced], heard.Each("flowInstances", "effect"));
        Assert.Equal(heard.Json["flowInstances"]!.ToJsonString(), again.Json["flowInstances"]!.ToJsonString());
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(full)).Status);
        Assert.Equal((InstanceStatus.Paused, PauseReason.Bounced), await StateAsync(app, gone));
        Assert.Equal(1, await app.CountAsync($"instance_events where flow_instance_id = {gone.Id} and kind = '{InstanceEvent.Bounced}'"));
    }

    [Theory, EveryDatabase]
    public async Task A_message_that_belongs_to_several_instances_is_in_the_explanation_of_each(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        Run[] runs = [await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync()), await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync(subject: "Other"))];

        var heard = await app.ReceiveRawAsync(Encoding.UTF8.GetBytes("From: Ada <003a@example.org>\nMessage-ID: <fresh@example.org>\nSubject: Hello\n\nCan we talk on Monday?"));

        Assert.Equal("address", (string?)heard.Json["matchedBy"]);
        Assert.Equal(2, heard.Each("flowInstances", "effect").Count());
        foreach (var run in runs)
        {
            var explained = await app.GetAsync($"/sluice/v1/flow-instances/{TestApp.Wire(run)}/explain", await app.HasManageKeyAsync());
            Assert.Equal("fresh@example.org", (string?)Assert.Single(explained.Json["inbound"]!.AsArray())!["messageId"]);
        }
    }

    [Theory, EveryDatabase]
    public async Task Mail_of_a_user_of_the_company_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = (await app.MailOfAsync(instance))[0];

        var raw = await app.ReceiveRawAsync(await RawAsync(app, instance, $"From: \"Rep, A.\" <{TestApp.RepEmail.ToUpperInvariant()}>", "One more thing"));
        var fields = await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", inReplyTo = mail.MessageId, from = $"Rep <{TestApp.RepEmail}>" });

        Assert.All([raw, fields], reply =>
        {
            Assert.Equal(("own", "nothing", "[]"), (reply.Json["type"]!.ToString(), reply.Json["matchedBy"]!.ToString(), reply.Json["flowInstances"]!.ToJsonString()));
            Assert.Equal("It is from a user of the company", reply.Json["reading"]!["rule"]!.ToString());
        });
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Fields_are_read_as_headers_are(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = (await app.MailOfAsync(instance))[0];

        var heard = await app.ReceiveInboundAsync(new
        {
            type = "reply",
            messageId = "<r1@example.org> (added by mx)",
            inReplyTo = $"<other@example.org><{mail.MessageId}>",
            from = "\"Quist, Ada\" <003a@example.org> (Sales), b@example.org",
        });

        Assert.Equal(("r1@example.org", "thread", "replied"), (heard.Json["messageId"]!.ToString(), heard.Json["matchedBy"]!.ToString(), heard.Json["flowInstances"]![0]!["effect"]!.ToString()));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_is_too_large_empty_compressed_or_of_another_type_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await app.ReceiveRawAsync(new byte[50 * 1024 * 1024 + 1])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await app.ReceiveRawAsync([])).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await app.ReceiveRawAsync([65], type: "text/plain")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await app.ReceiveRawAsync([65], coding: "gzip")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.ReceiveRawAsync(new byte[20 * 1024 * 1024], type: "Message/RFC822; charset=utf-8")).Status);
    }

    private static async Task<byte[]> RawAsync(TestApp app, Run instance, string header, string text)
    {
        Message mail = (await app.MailOfAsync(instance))[0];
        return Encoding.UTF8.GetBytes($"{header}\r\nTo: rep@example.com\r\nSubject: Re: {mail.Subject}\r\nMessage-ID: <raw-{instance.Id}@example.org>\r\nIn-Reply-To: <{mail.MessageId}>\r\nDate: {app.Clock.GetUtcNow():r}\r\n\r\n{text}\r\n");
    }

    private static async Task<byte[]> ReportAsync(TestApp app, Run instance, string action, string status)
    {
        var mail = (await app.MailOfAsync(instance))[0];
        return Encoding.UTF8.GetBytes($"""
            From: MAILER-DAEMON@mx.example.org
            Message-ID: <{action}-{status}@mx.example.org>
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; 003a@example.org
            Action: {action}
            Status: {status}

            --b
            Content-Type: text/rfc822-headers

            To: 003a@example.org
            Message-ID: <{mail.MessageId}>

            --b--
            """);
    }

    private static async Task<(InstanceStatus Status, PauseReason? Reason)> StateAsync(TestApp app, Run instance)
    {
        var run = await app.RunOfAsync(instance);
        return (run.Status, run.PauseReason);
    }
}
