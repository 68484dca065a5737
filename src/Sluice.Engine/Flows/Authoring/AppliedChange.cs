using System.Text.Json.Nodes;

namespace Sluice.Engine.Flows.Authoring;

/// <param name="Change">create, change or delete.</param>
/// <param name="Kind">flow, folder or ruleset.</param>
/// <param name="Fields">Of a change.</param>
internal sealed record AppliedChange(string Change, string Kind, string Name, IReadOnlyList<FieldChange>? Fields = null);

/// <param name="At">Which field: <c>steps.intro.subject</c>.</param>
/// <param name="From">As JSON; null: it was not there.</param>
/// <param name="To">As JSON; null: it is there no more.</param>
internal sealed record FieldChange(string At, JsonNode? From, JsonNode? To);
