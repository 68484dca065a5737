using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// Chooses a prospect for each instance of the demo company, in the order in which the instances began. It asks the server's own admission
/// rule, with the facts as they were at that time.
/// </summary>
internal sealed class ChooseProspects(IReadOnlyList<Prospect> people, SeedRandom random)
{
    private const int OneInSeveral = 6;
    private const int OptedOut = 12;
    private const int DoNotContact = 6;

    private static readonly AdmissionTerms Terms = new(MultipleFlowsAllowed: true, TimeSpan.Zero, CoolOffOverride: false);

    // The first two prospects belong to the published instances. They get no other instance, so that their listings stay as published.
    private readonly List<Prospect> _fresh = [.. random.Shuffle(people.Skip(2))];
    private readonly List<Prospect> _known = [];
    private readonly Dictionary<long, List<DemoTimeline>> _timelines = [];
    private readonly HashSet<long> _optedOut = [];

    public Prospect Choose(DemoTimeline timeline)
    {
        var prospect = timeline.Person is { } place ? people[place] : Again(timeline) ?? Fresh(timeline);
        TimelinesOf(prospect).Add(timeline);
        if (timeline.Outcome == DemoOutcomes.OptedOut)
        {
            _optedOut.Add(prospect.Id);
        }

        return prospect;
    }

    /// <summary>Returns all prospects, after the last choice. Some of those who are in no flow now are marked as opted out or not to be contacted.</summary>
    public List<Prospect> AllWithOptOuts()
    {
        var resting = random.Shuffle(people.Where(one => !_optedOut.Contains(one.Id) && TimelinesOf(one).All(timeline => timeline.FinishedAt is not null)));
        var optedOut = _optedOut.Concat(resting.Take(OptedOut - _optedOut.Count).Select(one => one.Id)).ToHashSet();
        var doNotContact = resting.Skip(OptedOut).Take(DoNotContact).Select(one => one.Id).ToHashSet();
        return [.. people.Select(one => one with { OptedOut = optedOut.Contains(one.Id), DoNotContact = doNotContact.Contains(one.Id) })];
    }

    private Prospect? Again(DemoTimeline timeline) =>
        !timeline.Outcome.EndsContact && random.Below(OneInSeveral) == 0 ? random.Shuffle(_known).FirstOrDefault(one => Fits(one, timeline)) : null;

    private Prospect Fresh(DemoTimeline timeline)
    {
        var prospect = _fresh.First(one => Fits(one, timeline));
        _fresh.Remove(prospect);
        if (!timeline.Outcome.EndsContact)
        {
            _known.Add(prospect);
        }

        return prospect;
    }

    private bool Fits(Prospect prospect, DemoTimeline timeline)
    {
        var open = TimelinesOf(prospect)
            .Where(other => other.FinishedAt is null || other.FinishedAt > timeline.Created)
            .Select(other => new OpenFlow(other.Flow.Flow.Id, other.Flow.Flow.Exclusive));
        var facts = new AdmissionProspect(prospect.Id, OptedOut: false, [.. open], LastFinishedAt: null);
        return timeline.Flow.Plan.Europe == prospect.TimeZone!.StartsWith("Europe/", StringComparison.Ordinal)
            && AdmissionRule.Refuse(new AdmissionFlow(timeline.Flow.Flow.Id, Enabled: true), facts, Terms, timeline.Created) is null;
    }

    private List<DemoTimeline> TimelinesOf(Prospect prospect)
    {
        if (!_timelines.TryGetValue(prospect.Id, out var timelines))
        {
            _timelines[prospect.Id] = timelines = [];
        }

        return timelines;
    }
}
