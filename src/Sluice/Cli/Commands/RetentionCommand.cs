using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Retention;
using Sluice.Engine.Storage;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice retention</c>: deletes what ended long ago. Its server may run: what it keeps in memory never ends long ago.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var age = CommonOptions.Age("--older-than", $"How long ago it must have ended, such as 400d; at least {DeleteOld.MinAge.TotalDays}d.");
        age.Required = true;
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say how much it would delete." };
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command(
            "retention",
            "Delete flow instances that ended long ago, with their history and mail, and other finished work of that age. It works in slices, beside running servers, and may be interrupted and run again. serve --keep-ended does it by itself.")
        {
            age, dryRun, database, asJson,
        };
        command.SetAction((given, ct) => DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
        {
            var (isDryRun, clock) = (given.GetValue(dryRun), new DatabaseClock(db, TimeProvider.System));
            await clock.SetAsync(ct); // As the servers do: a machine whose clock is ahead would delete what is young.
            var companies = Math.Max(1, (await new CompanyStore(db).ListAsync(ct)).Count);
            var deleted = await ProgressBar.RunAsync(
                isDryRun ? "Counting" : "Deleting", companies * DeleteOld.Whole, bar => new DeleteOld(db, clock).RunAsync(given.GetValue(age)!.Value, isDryRun, bar, ct));
            Print(deleted, isDryRun, given.GetValue(asJson));
        }, ct));
        return command.WithExamples("sluice retention --older-than 400d --dry-run", "sluice retention --older-than 400d --database /var/lib/sluice/sluice.db --json");
    }

    private static void Print(OldRows deleted, bool isDryRun, bool asJson)
    {
        if (asJson)
        {
            Output.Standard.WriteLine(JsonSerializer.Serialize(RetentionResult.From(deleted, isDryRun), CliJson.Default.RetentionResult));
        }
        else
        {
            Output.Lines(deleted == OldRows.None ? "Nothing is that old." : $"{(isDryRun ? "Would delete" : "Deleted")} {Words(deleted)}.");
        }
    }

    private static string Words(OldRows deleted)
    {
        (long Count, string One, string Many)[] kinds =
        [
            (deleted.FlowInstances, "flow instance", "flow instances"), (deleted.HistoryEntries, "entry of the history", "entries of the history"), (deleted.Mails, "mail", "mails"),
            (deleted.InboundMessages, "inbound message", "inbound messages"), (deleted.Tasks, "task", "tasks"), (deleted.BulkAssignments, "bulk assignment", "bulk assignments"),
            (deleted.CrmRequests, "CRM request", "CRM requests"), (deleted.DaysOfCalls, "day of calls", "days of calls"),
        ];
        return string.Join(", ", kinds.Where(kind => kind.Count > 0).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Count:N0} {(kind.Count == 1 ? kind.One : kind.Many)}")));
    }
}

/// <param name="Events">Entries of the history of flow instances.</param>
/// <param name="DaysOfCalls">Days of a company of which the number of calls was kept.</param>
internal sealed record RetentionResult(
    bool DryRun, long FlowInstances, long Events, long Mails, long InboundMessages, long Tasks, long BulkAssignments, long CrmRequests, long DaysOfCalls)
{
    public static RetentionResult From(OldRows rows, bool isDryRun) => new(
        isDryRun, rows.FlowInstances, rows.HistoryEntries, rows.Mails, rows.InboundMessages, rows.Tasks, rows.BulkAssignments, rows.CrmRequests, rows.DaysOfCalls);
}
