namespace Sluice.Tests.Architecture;

/// <summary>Who uses whom, by names.</summary>
internal sealed class Graph(IEnumerable<string> nodes, IEnumerable<(string From, string To)> arrows)
{
    private readonly List<string> _nodes = [.. nodes];
    private readonly ILookup<string, string> _uses = arrows.Where(arrow => arrow.From != arrow.To).Distinct().ToLookup(arrow => arrow.From, arrow => arrow.To);

    public IEnumerable<string> UsedBy(string node) => _uses[node];

    /// <summary>The sets of nodes from each of which one comes to every other, with their names in order.</summary>
    public IEnumerable<string[]> Circles()
    {
        var reached = _nodes.ToDictionary(node => node, Reach);
        return _nodes
            .Where(node => reached[node].Contains(node))
            .GroupBy(node => string.Join(' ', _nodes.Where(other => reached[node].Contains(other) && reached[other].Contains(node)).Order(StringComparer.Ordinal)))
            .Select(circle => circle.Order(StringComparer.Ordinal).ToArray());
    }

    /// <summary>Each node after all that it uses; otherwise in the order in which they were given. Of a circle, one node comes too early.</summary>
    public List<string> InOrder()
    {
        var (rest, ordered) = (_nodes.ToList(), new List<string>());
        while (rest.Count > 0)
        {
            var next = rest.Find(node => !UsedBy(node).Any(rest.Contains)) ?? rest[0];
            rest.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    private HashSet<string> Reach(string from)
    {
        var (reached, open) = (new HashSet<string>(), new Queue<string>([from]));
        while (open.TryDequeue(out var node))
        {
            foreach (var used in UsedBy(node).Where(reached.Add))
            {
                open.Enqueue(used);
            }
        }

        return reached;
    }
}
