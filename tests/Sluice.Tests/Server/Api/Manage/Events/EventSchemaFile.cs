using System.Text.Json.Nodes;
using Json.Schema;

namespace Sluice.Tests.Server.Api.Manage.Events;

/// <summary>The schemas as a receiver would use them, with a library that knows nothing of Sluice.</summary>
internal sealed class EventSchemaFile(string json)
{
    private readonly JsonSchema _schema = JsonSchema.FromText(json);

    public List<string> FaultsOf(JsonNode one)
    {
        var result = _schema.Evaluate(JsonNode.Parse(one.ToJsonString()), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid ? [] : [$"{one.ToJsonString()}: {string.Join("; ", result.Details.Where(at => at.Errors is not null && at.EvaluationPath.ToString().Contains((string)one["type"]!, StringComparison.Ordinal)).SelectMany(at => at.Errors!.Select(error => $"{at.InstanceLocation} {error.Value}")))}"];
    }
}
