using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// Chooses a prospect for each instance of the demo company, in the order in which the instances began. It asks the server's own admission
/// rule, with the facts as they were at that time.
/// </summary>
internal sealed class DemoEnrolment(IReadOnlyList<Prospect> people, Chance chance)
{
    private const int OneInSeveral = 6;
    private const int OptedOut = 12;
    private const int DoNotContact = 6;

    private static readonly AdmissionTerms Terms = new(MultipleFlowsAllowed: true, TimeSpan.Zero, CoolOffOverride: false);

    // The first two prospects belong to the published instances. They get no other instance, so that their listings stay as published.
    private readonly List<Prospect> _fresh = [.. chance.Shuffle(people.Skip(2))];
    private readonly List<Prospect> _known = [];
    private readonly Dictionary<long, List<DemoLife>> _lives = [];
    private readonly HashSet<long> _optedOut = [];

    public Prospect Choose(DemoLife life)
    {
        var prospect = life.Person is { } place ? people[place] : Again(life) ?? Fresh(life);
        LivesOf(prospect).Add(life);
        if (life.Fate == DemoFates.OptedOut)
        {
            _optedOut.Add(prospect.Id);
        }

        return prospect;
    }

    /// <summary>Returns all prospects, after the last choice. Some of those who are in no flow now are marked as opted out or not to be contacted.</summary>
    public List<Prospect> Mark()
    {
        var resting = chance.Shuffle(people.Where(one => !_optedOut.Contains(one.Id) && LivesOf(one).All(life => life.FinishedAt is not null)));
        var optedOut = _optedOut.Concat(resting.Take(OptedOut - _optedOut.Count).Select(one => one.Id)).ToHashSet();
        var doNotContact = resting.Skip(OptedOut).Take(DoNotContact).Select(one => one.Id).ToHashSet();
        return [.. people.Select(one => one with { OptedOut = optedOut.Contains(one.Id), DoNotContact = doNotContact.Contains(one.Id) })];
    }

    private Prospect? Again(DemoLife life) =>
        !life.Fate.IsLast && chance.Below(OneInSeveral) == 0 ? chance.Shuffle(_known).FirstOrDefault(one => Fits(one, life)) : null;

    private Prospect Fresh(DemoLife life)
    {
        var prospect = _fresh.First(one => Fits(one, life));
        _fresh.Remove(prospect);
        if (!life.Fate.IsLast)
        {
            _known.Add(prospect);
        }

        return prospect;
    }

    private bool Fits(Prospect prospect, DemoLife life)
    {
        var open = LivesOf(prospect)
            .Where(other => other.FinishedAt is null || other.FinishedAt > life.Created)
            .Select(other => new OpenFlow(other.Flow.Flow.Id, other.Flow.Flow.Exclusive));
        var facts = new AdmissionProspect(prospect.Id, OptedOut: false, [.. open], LastFinishedAt: null);
        return life.Flow.Plan.Europe == prospect.TimeZone!.StartsWith("Europe/", StringComparison.Ordinal)
            && AdmissionRule.Refuse(new AdmissionFlow(life.Flow.Flow.Id, Enabled: true), facts, Terms, life.Created) is null;
    }

    private List<DemoLife> LivesOf(Prospect prospect)
    {
        if (!_lives.TryGetValue(prospect.Id, out var lives))
        {
            _lives[prospect.Id] = lives = [];
        }

        return lives;
    }
}
