using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The overrides of one assign call: step texts, placeholder values, and a description. They never change after the call [doc].</summary>
/// <param name="Description">HTML.</param>
internal sealed record AssignmentOverrides(IReadOnlyList<StepOverride> Steps, IReadOnlyList<FlowInstanceVariable> Variables, string? Description)
{
    private bool IsNothing => Steps.Count == 0 && Variables.Count == 0 && Description is null;

    /// <returns>Null if the request overrides nothing.</returns>
    public static AssignmentOverrides? Read(RequestReader request)
    {
        var overrides = request.Inner("overrides");
        var terms = new AssignmentOverrides(
            [.. (overrides.Objects("steps") ?? []).Select(StepOverride.Read)],
            [.. (overrides.Objects("flowInstanceVariables") ?? []).Select(FlowInstanceVariable.Read)],
            request.OptionalText("flowInstanceDescription"));
        return terms.IsNothing ? null : terms;
    }
}

/// <param name="Number">The step's position in the flow, from 1.</param>
/// <param name="Subject">Null: use the step's own subject.</param>
/// <param name="Body">HTML. Null: use the step's own body.</param>
internal sealed record StepOverride(long Number, string? Subject, string? Body)
{
    public static StepOverride Read(RequestReader fields) => new(fields.Id("number"), fields.OptionalText("subject"), fields.OptionalText("body"));
}

internal sealed record FlowInstanceVariable(string Name, string? Value)
{
    /// <summary>Reads one variable. A client may send the name with or without its braces [doc]; it is stored without.</summary>
    public static FlowInstanceVariable Read(RequestReader fields) => new(Bare(fields.RequiredText("name")), fields.OptionalText("value"));

    private static string Bare(string name) =>
        name.StartsWith("{{", StringComparison.Ordinal) && name.EndsWith("}}", StringComparison.Ordinal) ? name[2..^2].Trim() : name;
}

internal sealed class AssignmentOverridesStore(IDbSession tx)
{
    public Task AddAsync(long companyId, long id, AssignmentOverrides overrides, CancellationToken ct) => tx.ExecuteAsync($"""
        insert into assignment_terms (company_id, id, steps, variables, description)
        values ({companyId}, {id}, {JsonSerializer.Serialize(overrides.Steps, OverridesJson.Default.IReadOnlyListStepOverride)},
                {JsonSerializer.Serialize(overrides.Variables, OverridesJson.Default.IReadOnlyListFlowInstanceVariable)}, {overrides.Description})
        """, ct);

    /// <summary>Finds terms by id. Uses the primary key.</summary>
    public async Task<Dictionary<long, AssignmentOverrides>> FindAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => (await tx.QueryAsync($"""
        select id, steps, variables, description
        from assignment_terms
        where company_id = {companyId} and id {SqlTable.In(ids)}
        """, row => (row.Integer("id"), new AssignmentOverrides(
            JsonSerializer.Deserialize(row.Text("steps"), OverridesJson.Default.IReadOnlyListStepOverride)!,
            JsonSerializer.Deserialize(row.Text("variables"), OverridesJson.Default.IReadOnlyListFlowInstanceVariable)!,
            row.TextOrNull("description"))), ct)).ToDictionary();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<StepOverride>))]
[JsonSerializable(typeof(IReadOnlyList<FlowInstanceVariable>))]
internal sealed partial class OverridesJson : JsonSerializerContext;
