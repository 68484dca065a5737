using Sluice.Engine.Instances;
using Sluice.Failover;

namespace Sluice.Tests.Failover;

/// <summary>Tests the checker of <c>tests/failover/run</c>: it finds each kind of fault, and none in a correct history.</summary>
public sealed class HistoryCheckTests
{
    private readonly List<Operation> _history = [];
    private readonly Dictionary<long, StoredInstance> _instances = [];
    private readonly List<StoredEvent> _events = [];

    [Fact]
    public void A_history_is_correct_if_reported_effects_are_stored_and_unanswered_calls_are_stored_or_not()
    {
        Assign("a", id: 1, from: 0, to: 10);
        Remove("b", id: 1, from: 20, to: 30);
        Assign("c", id: 2, from: 40, to: 50);
        Assign("d", id: 3, from: 40, to: 50, flowId: 8);
        Ask(null, 60, 70, isAnswered: false);
        Store(id: 4, "bob", by: "nobody heard");
        Ask("e", 60, 70, isAnswered: false); // Answered with 500, but done.
        Store(id: 5, "cy", by: "e");

        Assert.Equal([], Kinds());
    }

    [Fact]
    public void A_lost_assign_is_found()
    {
        Ask("a", 0, 10, entered: [new(1, "ada", 7)]);

        Assert.Equal(["lost assign"], Kinds());
    }

    [Fact]
    public void An_assign_of_another_prospect_than_reported_is_found()
    {
        Ask("a", 0, 10, entered: [new(1, "ada", 7)]);
        Store(id: 1, "bob", by: "a");

        Assert.Equal(["lost assign"], Kinds());
    }

    [Fact]
    public void A_lost_unassign_is_found()
    {
        Assign("a", id: 1, from: 0, to: 10);
        Ask("b", 20, 30, removed: [1]);

        Assert.Equal(["lost unassign"], Kinds());
    }

    [Fact]
    public void An_instance_that_is_removed_twice_is_found()
    {
        Assign("a", id: 1, from: 0, to: 10);
        Remove("b", id: 1, from: 20, to: 30);
        Remove("c", id: 1, from: 40, to: 50);

        Assert.Equal(["removed twice"], Kinds());
    }

    [Fact]
    public void An_assign_that_is_done_but_not_reported_is_found()
    {
        Assign("a", id: 1, from: 0, to: 10);
        Store(id: 2, "bob", by: "a");

        Assert.Equal(["done but not reported"], Kinds());
    }

    [Fact]
    public void A_removal_that_is_done_but_not_reported_is_found()
    {
        Assign("a", id: 1, from: 0, to: 10);
        Remove("b", id: 1, from: 20, to: 30);
        _history[^1] = _history[^1] with { Removed = [] };

        Assert.Equal(["done but not reported"], Kinds());
    }

    [Fact]
    public void More_effects_than_calls_are_found()
    {
        Ask(null, 0, 10, isAnswered: false);
        Store(id: 1, "ada", by: "one that was cut off");
        Store(id: 2, "bob", by: "one that nobody sent");

        Assert.Equal(["more effects than calls"], Kinds());
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)] // All exclusive flows count as one flow.
    public void A_prospect_with_two_open_instances_in_the_end_is_found(long flowId, bool isExclusive)
    {
        Assign("a", id: 1, from: 0, to: 10, isExclusive: isExclusive);
        Ask(null, 20, 30, isAnswered: false);
        Store(id: 2, "ada", by: "one that was cut off", flowId, isExclusive);

        Assert.Equal(["open twice in the end"], Kinds());
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void Two_instances_open_at_once_are_found_although_both_are_removed_in_the_end(long flowId, bool isExclusive)
    {
        Assign("a", id: 1, from: 0, to: 10, isExclusive: isExclusive);
        Assign("b", id: 2, from: 20, to: 30, flowId, isExclusive);
        Remove("c", id: 1, from: 40, to: 50);
        Remove("d", id: 2, from: 60, to: 70);

        Assert.Equal(["open together"], Kinds());
    }

    private string[] Kinds() => [.. new HistoryCheck(_history, new StoredState(_instances, _events)).Faults().Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)])];

    private void Assign(string request, long id, long from, long to, long flowId = 7, bool isExclusive = false)
    {
        Ask(request, from, to, entered: [new(id, "ada", flowId)]);
        Store(id, "ada", request, flowId, isExclusive);
    }

    private void Remove(string request, long id, long from, long to)
    {
        Ask(request, from, to, removed: [id]);
        _instances[id] = _instances[id] with { IsOpen = false };
        _events.Add(new StoredEvent(id, InstanceEvent.Removed, request));
    }

    private void Ask(string? request, long from, long to, bool isAnswered = true, Entered[]? entered = null, long[]? removed = null) =>
        _history.Add(new Operation(from, to, request, isAnswered, entered ?? [], removed ?? []));

    private void Store(long id, string crmId, string by, long flowId = 7, bool isExclusive = false)
    {
        _instances[id] = new StoredInstance(crmId, flowId, isExclusive, IsOpen: true);
        _events.Add(new StoredEvent(id, InstanceEvent.Assigned, by));
    }
}
