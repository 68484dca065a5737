using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects.Changes;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Prospects;

/// <summary>Imports people from a CSV file.</summary>
internal static class PeopleImportEndpoint
{
    public const int MaxBytes = 8 * RequestBody.MaxBytes;

    private const int MaxFaults = 100;
    private const int MaxColumns = 200;

    public static async Task<IResult> Import(Call call, ImportPeople import)
    {
        var fields = call.ReadBody();
        var (csv, isDry, mapping) = (fields.RequiredText("csv"), fields.Flag("dryRun"), ReadMapping(fields));
        var file = fields.Faults.Count > 0 ? new PeopleFile([], [], []) : PeopleCsv.Read(csv, mapping);
        if (file.Faults is [{ Line: 0 } whole])
        {
            fields.Fault("csv", whole.Error);
        }

        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var done = await import.RunAsync(call.CompanyId, file.People, isDry, call.Ct);
        return new Answer<PeopleImportAnswer>(
            new(call.RequestId, isDry, done.Added, done.Changed, done.Same, file.Faults.Count, file.Columns, [.. file.Faults.Take(MaxFaults)]), ProspectJson.Default.PeopleImportAnswer);
    }

    private static Dictionary<string, string> ReadMapping(RequestReader fields)
    {
        var mapping = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in fields.Objects("columns", MaxColumns) ?? [])
        {
            mapping[column.RequiredText("name", 1000)] = column.OptionalWord("field", PeopleCsv.Fields) ?? "";
        }

        return mapping;
    }
}
