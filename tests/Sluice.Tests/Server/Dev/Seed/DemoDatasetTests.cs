using System.Text.RegularExpressions;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Server.Dev.Seed;

/// <summary>Tests what must be true for every demo company, whatever its seed.</summary>
public sealed partial class DemoDatasetTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory, MemberData(nameof(Seeds))]
    public void A_demo_company_has_everything_that_was_promised(int seed)
    {
        var dataset = Build(seed);
        var live = dataset.Flows.Where(one => one.Plan.DeletedAt is null).Select(one => one.Flow).ToList();

        Assert.Equal((2, 130, 3, 9), (dataset.Workspaces.Count, dataset.Users.Count, dataset.Folders.Count, live.Count));
        Assert.Equal((1, 11), (dataset.Users.Count(user => !user.Active), dataset.Users.Count(user => user.HasSeat)));
        Assert.Distinct(dataset.Users.Select(user => user.Email));
        Assert.Equal((2, 1), (live.Count(flow => flow.Exclusive), live.Count(flow => !flow.Enabled)));
        Assert.Equal(Enum.GetValues<FlowVisibility>(), live.Select(flow => flow.Visibility).Distinct().Order());
        Assert.Equal((300, 180), (dataset.Runs.Prospects.Count, dataset.Runs.Instances.Count));
        Assert.Equal((12, 6), (dataset.Runs.Prospects.Count(one => one.OptedOut), dataset.Runs.Prospects.Count(one => one.DoNotContact)));
        Assert.Equal(Enum.GetValues<InstanceStatus>(), dataset.Runs.Instances.Select(one => one.Status).Distinct().Order());
        Assert.Equal(
            ["bounced", "call_outcome", "flow_deleted", "meeting_booked", "no_seat", "opted_out", "removed_manually", "todo_expired"],
            dataset.Runs.Instances.Select(one => one.FinishReason?.Word()).OfType<string>().Distinct().Order());
    }

    [Theory, MemberData(nameof(Seeds))]
    public void No_open_instance_breaks_an_admission_rule(int seed)
    {
        var dataset = Build(seed);
        var people = dataset.Runs.Prospects.ToDictionary(one => one.Id);
        foreach (var runs in Open(dataset).GroupBy(one => one.ProspectId))
        {
            var inOrder = runs.OrderBy(one => one.CreatedAt).ToList();
            Assert.Distinct(inOrder.Select(one => one.FlowId));
            Assert.DoesNotContain(inOrder.SkipLast(1), one => dataset.FlowOf(one).Exclusive);
            Assert.False(people[runs.Key].OptedOut || people[runs.Key].DoNotContact);
        }

        Assert.All(Open(dataset), one => Assert.True(dataset.FlowOf(one).Enabled));
        Assert.All(Open(dataset), one => Assert.Null(Built(dataset, one).Plan.DeletedAt));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Every_owner_has_a_seat_and_sees_the_flow(int seed)
    {
        var dataset = Build(seed);
        foreach (var one in dataset.Runs.Instances)
        {
            var owner = dataset.Users.Single(user => user.Id == one.OwnerId);
            Assert.True(owner.HasSeat);
            Assert.Equal(one.FinishReason != FinishReason.NoSeat, owner.Active);
            Assert.True(Built(dataset, one).IsVisibleTo(owner.Id));
            Assert.True(owner.CreatedAt < one.CreatedAt);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void All_times_are_in_a_possible_order(int seed)
    {
        var dataset = Build(seed);
        var people = dataset.Runs.Prospects.ToDictionary(one => one.Id);
        foreach (var one in dataset.Runs.Instances)
        {
            Assert.True(dataset.FlowOf(one).CreatedAt < one.CreatedAt && people[one.ProspectId].CreatedAt < one.CreatedAt);
            Assert.True(one.CreatedAt < (one.FinishedAt ?? DemoTime.Now));
            Assert.True(one.FinishedAt is null || one.FinishedAt < DemoTime.Now);
            Assert.InRange(one.StepOrder, 1, Built(dataset, one).Steps.Count);
            Assert.Equal(one.Status >= InstanceStatus.FinishedNoReply, one.FinishedAt is not null);
            Assert.True(one.NextDueAt is null || (one.Status < InstanceStatus.FinishedNoReply && one.NextDueAt > DemoTime.Now));
        }

        Assert.All(dataset.Runs.ToDos, todo => Assert.True(todo.CreatedAt <= DemoTime.Now && todo.CreatedAt <= todo.DueAt));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Every_instance_has_a_history_that_fits_it(int seed)
    {
        var dataset = Build(seed);
        var histories = dataset.Runs.Events.ToLookup(one => one.FlowInstanceId);
        foreach (var one in dataset.Runs.Instances)
        {
            var history = histories[one.Id].ToList();
            Assert.Equal(history.OrderBy(happened => happened.At).ThenBy(happened => happened.Id), history);
            Assert.Equal((InstanceEvent.Assigned, one.CreatedAt), (history[0].Kind, history[0].At));
            Assert.Equal(one.Status switch { InstanceStatus.Pending or InstanceStatus.Running => 1, _ => 2 }, history.Count);
            Assert.True(one.FinishedAt is null || history[^1].At == one.FinishedAt);
            Assert.All(history, happened => Assert.Equal(happened.Kind is "assigned" or "removed", happened.By.ApiKeyId is not null));
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Every_id_is_unique_and_has_at_least_fifteen_digits(int seed)
    {
        var ids = AllIds(Build(seed));

        Assert.Distinct(ids);
        Assert.All(ids, id => Assert.InRange(id, 100_000_000_000_000, long.MaxValue));
    }

    [Fact]
    public void Two_seeds_have_only_the_published_ids_in_common() => Assert.Equal(
        [234599484848423, 623457276584334, 1234361284629356, 1695493301223590792],
        AllIds(Build(1)).Intersect(AllIds(Build(2))).Order());

    [Theory, MemberData(nameof(Seeds))]
    public void Prospects_have_the_ids_of_a_CRM_and_no_real_mail_address(int seed)
    {
        var people = Build(seed).Runs.Prospects;

        Assert.Distinct(people.Select(one => one.CrmId));
        Assert.Distinct(people.Select(one => one.Email));
        Assert.All(people.Skip(1), one => Assert.Matches(one.Kind == "LEAD" ? "^00Q[0-9A-Za-z]{15}$" : "^003[0-9A-Za-z]{15}$", one.CrmId));
        Assert.All(people, one => Assert.Matches(@"^[a-z-]+\.[a-z-]+@[a-z]+\.example$", one.Email));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_prospect_of_the_second_example_has_two_instances(int seed)
    {
        var runs = Build(seed).Runs.Instances;

        var second = runs.Single(one => one.Id == 234599484848423);
        Assert.Equal(2, runs.Count(one => one.ProspectId == second.ProspectId));
        Assert.Equal(1, runs.Count(one => one.CrmProspectId == "a5V1Q00A120DP4CVAW"));
    }

    [Fact]
    public void Flows_use_every_action_and_begin_with_different_ones()
    {
        var flows = Build(1).Flows;

        Assert.Equal(
            ["AUTO_SEND_EMAIL", "CALL", "CUSTOM", "LINKEDIN_CONNECT", "LINKEDIN_MESSAGE", "SEND_EMAIL"],
            flows.SelectMany(flow => flow.Steps).Select(step => step.Action).Distinct().Order());
        Assert.Superset(new HashSet<string> { "AUTO_SEND_EMAIL", "CALL" }, flows.Select(flow => flow.Steps[0].Action).ToHashSet());
    }

    [Fact]
    public void Mails_use_only_placeholders_that_the_engine_knows() => Assert.Equal(
        ["{{account_name}}", "{{recipient.first_name}}", "{{sender.first_name}}"],
        Build(1).Flows.SelectMany(flow => flow.Steps).SelectMany(step => Placeholder().Matches($"{step.Subject} {step.Body}")).Select(match => match.Value).Distinct().Order());

    /// <summary>A seeded instance has a history of its past steps but no stored mail, so there is no earlier subject that a mail could reuse.</summary>
    [Fact]
    public void Every_automatic_mail_has_a_subject_of_its_own() =>
        Assert.All(Build(1).Flows.SelectMany(flow => flow.Steps).Where(step => step.Action == "AUTO_SEND_EMAIL"), step => Assert.NotEmpty(step.Subject!));

    [Theory]
    [InlineData("0015000000Gv7qJ", "0015000000Gv7qJAAR")]
    [InlineData("00QHp00000F0RKZ", "00QHp00000F0RKZMA3")]
    public void The_suffix_of_a_salesforce_id_encodes_which_letters_are_upper_case(string id, string whole) =>
        Assert.Equal(whole, SalesforceId.WithSuffix(id));

    private static DemoDataset Build(int seed) => DemoDataset.Build(seed, cursorKey: "");

    private static IEnumerable<Run> Open(DemoDataset dataset) => dataset.Runs.Instances.Where(one => one.Status < InstanceStatus.FinishedNoReply);

    private static BuiltFlow Built(DemoDataset dataset, Run one) => dataset.Flows.Single(flow => flow.Flow.Id == one.FlowId);

    private static List<long> AllIds(DemoDataset dataset) =>
    [
        dataset.Company.Id,
        .. dataset.Users.Select(one => one.Id),
        .. dataset.Workspaces.Select(one => one.Id),
        .. dataset.Folders.Select(one => one.Id),
        .. dataset.Flows.Select(one => one.Flow.Id),
        .. dataset.Flows.SelectMany(one => one.Steps).Select(one => one.Id),
        .. dataset.Runs.Prospects.Select(one => one.Id),
        .. dataset.Runs.Instances.Select(one => one.Id),
        .. dataset.Runs.Events.Select(one => one.Id),
        .. dataset.Runs.ToDos.Select(one => one.Id),
    ];

    [GeneratedRegex(@"\{\{.*?\}\}")]
    private static partial Regex Placeholder();
}
