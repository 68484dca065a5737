using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Fuzz;

/// <summary>What a run has done and found. Several parts of a run may write to it at the same time.</summary>
internal sealed partial class FuzzReport
{
    /// <summary>Operations that no request can make succeed here.</summary>
    private static readonly Dictionary<string, string> NeverAccepted = new()
    {
        ["POST /sluice/v1/tasks/{id}/undo"] = "only a task that was closed a moment ago can be opened again, and only if nothing has followed",
        ["GET /sluice/v1/tasks/{id}/mail"] = "a run names only the tasks of calls, which ask for no mail",
        ["POST /sluice/v1/tasks/{id}/mail"] = "the same",
        ["POST /sluice/v1/messages/{messageId}/resolve"] = "only uncertain mail can be resolved, and sluice dev captures all mail",
        ["POST /sluice/v1/mailboxes/{id}/check"] = "sluice dev connects to no mail server",
    };

    private readonly ConcurrentDictionary<string, FuzzFault> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Counts> _counts = new(StringComparer.Ordinal);

    public IReadOnlyList<FuzzFault> Faults => [.. _faults.Values.OrderBy(fault => fault.Operation, StringComparer.Ordinal)];

    public int Inputs => _counts.Values.Sum(count => count.Accepted + count.Refused);

    public int Refused => _counts.Values.Sum(count => count.Refused);

    public int Operations => _counts.Count;

    /// <summary>The fewest inputs that any operation got.</summary>
    public int Fewest => _counts.Values.Min(count => count.Accepted + count.Refused);

    /// <summary>The operations of which no input was ever accepted: their valid requests are not valid.</summary>
    public IReadOnlyList<string> Unreached => [.. _counts.Where(one => one.Value.Accepted == 0 && !NeverAccepted.ContainsKey(one.Key)).Select(one => one.Key).Order(StringComparer.Ordinal)];

    public void Count(string operation, bool isAccepted) =>
        _counts.AddOrUpdate(operation, _ => isAccepted ? new Counts(1, 0) : new Counts(0, 1), (_, count) => isAccepted ? count with { Accepted = count.Accepted + 1 } : count with { Refused = count.Refused + 1 });

    /// <summary>Notes a fault. Of equal ones, the first is kept and all are counted.</summary>
    public void Add(string operation, string what, string detail, string curl)
    {
        var kind = Ids().Replace(what, "");
        _faults.AddOrUpdate($"{operation} {kind}", _ => new FuzzFault(operation, what, detail, curl, 1), (_, fault) => fault with { Times = fault.Times + 1 });
    }

    public string Write()
    {
        var text = new StringBuilder();
        foreach (var fault in Faults)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{fault.Operation}: {fault.What} ({fault.Times} times)\n{fault.Detail}\nFirst seen with:\n  {fault.Curl}\n");
        }

        foreach (var operation in Unreached)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{operation}: no input was accepted, so nothing but its refusals was tested\n");
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"{Inputs} inputs for {Operations} operations, at least {Fewest} for each; {Refused} were refused. {Faults.Count} faults.").ToString();
    }

    /// <summary>How many inputs each operation got, and how many of them it accepted.</summary>
    public string Table() => string.Join('\n', _counts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Value.Accepted + one.Value.Refused,6} {one.Value.Accepted,6} accepted  {one.Key}"));

    /// <summary>What differs between two faults of one kind: request ids, other ids and numbers.</summary>
    [GeneratedRegex("[0-9a-z]*[0-9][0-9a-z]*")]
    private static partial Regex Ids();

    private sealed record Counts(int Accepted, int Refused);
}

/// <param name="Curl">A command that sends the request again.</param>
/// <param name="Times">How often it was seen.</param>
internal sealed record FuzzFault(string Operation, string What, string Detail, string Curl, int Times);
