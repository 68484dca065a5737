using Sluice.Engine.Prospects;

namespace Sluice.Engine.Instances;

/// <summary>Something that is true of a person or of an address, and so of all records that have it.</summary>
/// <param name="Trigger">What it means to each instance.</param>
/// <param name="ProspectIds">Records of whom it was said.</param>
/// <param name="Addresses">Addresses of which it was said, in any spelling.</param>
internal sealed record PersonNews(Trigger Trigger, IReadOnlyList<long> ProspectIds, IReadOnlyList<string> Addresses)
{
    /// <summary>The triggers of instances to which it means more than to others: a bounce names the step whose mail came back.</summary>
    public IReadOnlyDictionary<long, Trigger> Own { get; init; } = new Dictionary<long, Trigger>();

    public IReadOnlyList<string> Keys => [.. Addresses.Where(address => address.Length > 0).Select(address => AddressKey.Find(address)?.Text).OfType<string>().Distinct(StringComparer.Ordinal)];

    public Trigger For(long flowInstanceId) => Own.GetValueOrDefault(flowInstanceId, Trigger);
}
