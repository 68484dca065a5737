using Sluice.Engine.Instances;
using Sluice.Engine.Mail;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>A due mail is read and written together with the others of its batch, from the step to its outcome: no statement is of one mail alone.</summary>
public sealed class MailStatementTests
{
    /// <summary>The largest number of statements that a batch may take. Those of the next pass, which finds no mail, count too.</summary>
    private const int Most = 60;

    [Theory, EveryDatabase]
    public async Task Many_mails_of_many_senders_take_no_more_statements_than_two_of_two(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = RecordingDb.Wrap });
        await SendAsync(app, "first", 1); // The first mail also reads what stays in memory afterwards.
        var (two, twenty) = (await SendAsync(app, "a", 2), await SendAsync(app, "b", 20));

        Assert.Equal(string.Join("\n\n", two), string.Join("\n\n", twenty));
        Assert.True(two.Count <= Most, $"{two.Count} statements:\n{string.Join("\n\n", two)}");
        string[] known = ["from prospects p", "from crm_integrations", "suppressions s"]; // Read when the step begins; again at the claim; never by the settling.
        Assert.Equal([2, 1, 2], known.Select(table => two.Count(statement => statement.Contains(table, StringComparison.Ordinal))));
    }

    /// <summary>Each mail has an owner of its own. Nothing is due afterwards: the second mail of the flow is for the next day.</summary>
    private static async Task<List<string>> SendAsync(TestApp app, string name, int count)
    {
        var (flow, runs) = (await app.HasMailFlowAsync(), new List<Run>());
        foreach (var number in Enumerable.Range(0, count))
        {
            var owner = await app.HasUserAsync($"{name}{number}@sender.example");
            await app.HasProspectWithEmailAsync($"{name}{number}", $"{name}{number}@{name}{number}.example");
            runs.Add(await app.HasInstanceAsync($"{name}{number}", flow, owner: owner, change: one => one with { NextDueAt = app.Clock.GetUtcNow() }));
        }

        var statements = await ((RecordingDb)app.Db).ListAsync(app.RunAsync);
        foreach (var run in runs)
        {
            Assert.Equal(MessageState.Sent, Assert.Single(await app.MailOfAsync(run)).State);
        }

        return statements;
    }
}
