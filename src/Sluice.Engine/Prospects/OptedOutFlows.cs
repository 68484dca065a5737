using System.Globalization;

namespace Sluice.Engine.Prospects;

/// <summary>The text form of <see cref="ProspectState.OptedOutFlowIds"/> in the database: ids separated by blanks, null for none.</summary>
internal static class OptedOutFlows
{
    public static IReadOnlyList<long> Read(string? text) =>
        text is null ? [] : [.. text.Split(' ').Select(id => long.Parse(id, CultureInfo.InvariantCulture))];

    public static string? Write(IReadOnlyList<long> flowIds) =>
        flowIds.Count == 0 ? null : string.Join(' ', flowIds.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}
