using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>
/// Measures the rate of due mail on a database of `sluice seed load`: steps that write a mail, and the mail itself up to a transport that keeps it (as the inbox of
/// `sluice dev` does), once without limits and once with nine of ten held by the limit of their sender. In turn with them, measures steps that make a task, to
/// which perf.md compares them.
/// </summary>
internal static class DueMail
{
    private const int Rounds = 5;
    private const string Text = "<p>Hello {{recipient.first_name}}, who looks after picking in your warehouse?</p><p>{{sender.first_name}}</p>";

    /// <summary>Prints a line for each round: <c>due task-steps mail held</c>, in a second. Mail: from the due step to the mail that has left. Held: mail looked at.</summary>
    public static async Task<int> RunAsync(string database, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        await PrepareAsync(db, ct);
        await RoundAsync(db, ct); // Warm-up, not counted.
        for (var round = 0; round < Rounds; round++)
        {
            var (due, tasks, mail, held) = await RoundAsync(db, ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{due} {tasks:F0} {mail:F0} {held:F0}"));
        }

        return 0;
    }

    /// <summary>Gives the seeded people addresses, each at a domain of its own, and the flows hours that never close.</summary>
    private static async Task PrepareAsync(Db db, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            update prospects
            set email = 'p' || id || '@p' || id || '.example',
                email_key = 'p' || id || '@p' || id || '.example',
                email_valid = {true}
            where id in (select prospect_id from flow_instances where id % {DueInstances.OneIn} = 0)
            """, ct);
        await db.ExecuteAsync($"update flows set window_begins = 0, window_ends = 1440, working_days = 127", ct);
        await db.ExecuteAsync($"update steps set subject = 'A question', body = {Text}", ct);
    }

    private static async Task<(int Due, double Tasks, double Mail, double Held)> RoundAsync(Db db, CancellationToken ct)
    {
        await LimitAsync(db, int.MaxValue, ct);
        var due = await ArmAsync(db, "CALL", ct);
        var tasks = await DueInstances.RateAsync(due, async () => await StepsAsync(db, ct));

        due = await ArmAsync(db, "AUTO_SEND_EMAIL", ct);
        var mail = await DueInstances.RateAsync(due, async () =>
        {
            await StepsAsync(db, ct);
            return (await SendAsync(db, ct)).Sent;
        });

        due = await ArmAsync(db, "AUTO_SEND_EMAIL", ct);
        await StepsAsync(db, ct);
        var senders = (await db.QueryAsync($"select count(distinct sender_id) from messages", row => row.GetInt32(0), ct)).Single();
        await LimitAsync(db, Math.Max(1, due / 10 / Math.Max(1, senders)), ct);
        var held = await DueInstances.RateAsync(due, async () => (await SendAsync(db, ct)).Seen);
        return (due, tasks, mail, held);
    }

    private static async Task LimitAsync(Db db, int ofSender, CancellationToken ct)
    {
        foreach (var company in await new CompanyStore(db).ListAsync(ct))
        {
            var limits = new MailLimits(ofSender, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
            await new CompanyStore(db).UpdateAsync(company with { Engine = company.Engine with { Limits = limits } }, ct);
        }
    }

    private static async Task<int> ArmAsync(Db db, string action, CancellationToken ct)
    {
        await db.ExecuteAsync($"update steps set action = {action}", ct);
        return await DueInstances.ArmAsync(db, ct);
    }

    private static async Task<int> StepsAsync(Db db, CancellationToken ct)
    {
        var (done, ids) = (0, DueInstances.NewIds());
        var apply = new ApplyChanges(ids);
        var runs = new ProcessDueInstances(db, new BeginStep(apply, new StepMail(ids)), apply, TimeProvider.System, NullLogger<ProcessDueInstances>.Instance);
        while (await runs.RunOnceAsync(ct) is { Due: > 0 } pass)
        {
            done += pass.Due;
        }

        return done;
    }

    /// <returns>How many messages were looked at, and how many left.</returns>
    private static async Task<(int Seen, int Sent)> SendAsync(Db db, CancellationToken ct)
    {
        var (ids, clock) = (DueInstances.NewIds(), TimeProvider.System);
        var apply = new ApplyChanges(ids);
        var settle = new SettleMail(db, apply, new CompleteStep(apply), new ApplyTrigger(apply, new ApplyToPerson(apply, ids, clock), clock), ids, clock);
        var claim = new ClaimMail(db, apply, new EndInstances(apply, ids), new OutgoingMailBuilder(new PublicUrl(() => null)), ids, clock);
        var (seen, before) = (0, await CountSentAsync(db, ct));
        using var mail = new SendMail(db, claim, settle, new MailDelivery(new CaptureTransport()), clock);
        while (await mail.RunOnceAsync(ct) is { Seen: > 0 } pass)
        {
            seen += pass.Seen;
        }

        return (seen, await CountSentAsync(db, ct) - before);
    }

    private static async Task<int> CountSentAsync(Db db, CancellationToken ct) =>
        (await db.QueryAsync($"select count(*) from messages where state = 'sent'", row => row.GetInt32(0), ct)).Single();
}
