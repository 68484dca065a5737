using Xunit.v3;

namespace Sluice.Tests.Support;

/// <summary>
/// Marks tests that <c>./test --quick</c> leaves out: they start processes or other servers, run weeks or many random cases, or wait in real time.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Speed", "Slow")];
}
