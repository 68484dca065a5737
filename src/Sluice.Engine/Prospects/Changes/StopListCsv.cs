using System.Text;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>The stop list as comma-separated values: a row of names, then <c>address,kind,reason</c> in any order; only <c>address</c> must be there.</summary>
internal static class StopListCsv
{
    public const int MaxRows = 10_000;

    private static readonly string[] Names = ["address", "kind", "reason", "since", "id"];

    /// <returns>The entries, and what is wrong with each of the other rows. A fault with line 0 concerns the whole text, and then there are no entries.</returns>
    public static (List<StopEntry> Entries, List<StopListFault> Faults) Read(string csv)
    {
        try
        {
            var rows = CsvText.Read(csv);
            List<string> names = [.. (rows.FirstOrDefault().Cells ?? []).Select(cell => cell.Trim().ToLowerInvariant())];
            return WhyNot(names) is { } fault ? Refused(fault) : Read(rows.Skip(1), names);
        }
        catch (FormatException broken)
        {
            return Refused(broken.Message);
        }
    }

    /// <summary>Writes entries in the order given. Those of erased addresses are left out: there is no address to write.</summary>
    /// <param name="timeOf">Writes a time.</param>
    public static string Write(IEnumerable<Suppression> entries, Func<DateTimeOffset, string> timeOf, Func<long, string> idOf)
    {
        var csv = new StringBuilder();
        CsvText.WriteRow(csv, "address", "kind", "since", "reason", "id");
        foreach (var entry in entries.Where(entry => entry.Kind is not (SuppressionKind.Erased or SuppressionKind.UnsubscribedFromFlow)))
        {
            CsvText.WriteRow(csv, entry.Key, entry.Kind.Word(), timeOf(entry.Since), entry.Reason, idOf(entry.Id));
        }

        return csv.ToString();
    }

    private static (List<StopEntry> Entries, List<StopListFault> Faults) Refused(string fault) => ([], [new StopListFault(0, fault)]);

    private static string? WhyNot(List<string> names) =>
        names.Count == 0 ? "There are no rows"
        : names.Find(name => !Names.Contains(name)) is { } unknown ? $"The first row should name the columns: address, kind, reason. It has {Primitives.RequestReader.Echo(unknown)}"
        : !names.Contains("address") ? "The first row should name the columns, and one of them should be address"
        : names.Distinct().Count() < names.Count ? "The first row names a column twice"
        : null;

    private static (List<StopEntry> Entries, List<StopListFault> Faults) Read(IEnumerable<(int Line, IReadOnlyList<string> Cells)> rows, List<string> names)
    {
        var (entries, faults) = (new List<StopEntry>(), new List<StopListFault>());
        foreach (var (line, cells) in rows)
        {
            if (entries.Count + faults.Count == MaxRows)
            {
                return Refused($"There are more than {MaxRows} rows: split the file");
            }

            string? Cell(string name) => names.IndexOf(name) is var at && at >= 0 && at < cells.Count && !string.IsNullOrWhiteSpace(cells[at]) ? cells[at].Trim() : null;

            var (entry, fault) = cells.Count > names.Count ? (null, $"has {cells.Count} cells, and there are {names.Count} columns") : Read(Cell("address"), Cell("kind"), Cell("reason"));
            if (entry is not null)
            {
                entries.Add(entry);
            }
            else
            {
                faults.Add(new StopListFault(line, fault!));
            }
        }

        return (entries, faults);
    }

    private static (StopEntry? Entry, string? Fault) Read(string? address, string? kind, string? reason)
    {
        if (kind is not null && kind != SuppressionKind.Domain.Word() && !SuppressionKinds.OfPeople.Any(one => one.Word() == kind))
        {
            return (null, $"kind: should be one of {string.Join(", ", SuppressionKinds.OfPeople.Select(one => one.Word()))}, domain, not {Primitives.RequestReader.Echo(kind)}");
        }

        if (reason is { Length: > StopEntry.MaxReason } || reason?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return (null, $"reason: should have at most {StopEntry.MaxReason} characters");
        }

        var (entry, fault) = StopEntry.Read(address ?? "", kind is null ? null : SuppressionKinds.Read(kind), reason);
        return (entry, fault is null ? null : $"address: {fault}, not {(address is null ? "empty" : Primitives.RequestReader.Echo(address))}");
    }
}

/// <param name="Line">From 1; 0: the whole text.</param>
internal sealed record StopListFault(int Line, string Error);
