using System.Text;
using System.Text.Json;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Crm;

/// <summary>
/// Parses one line of an upload into a CRM object, or says what is wrong with the line. It leaves nothing that a database refuses: one such line
/// would stop all lines of its batch, for ever.
/// </summary>
internal static class CrmLineReader
{
    private const int MaxObjectId = 64; // [doc]

    public static (CrmObject? Object, string? Fault) Read(CrmLine line, string objectType)
    {
        if (line.Content is null)
        {
            return (null, "The line is longer than 1 MB"); // [inf]
        }

        try
        {
            var json = Encoding.UTF8.GetBytes(line.Content);
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && JsonText.IsValidText(json)
                ? Read(document.RootElement, line.Content, objectType)
                : (null, "The line is not a JSON object"); // [inf]
        }
        catch (JsonException)
        {
            return (null, "The line is not a JSON object");
        }
    }

    private static (CrmObject? Object, string? Fault) Read(JsonElement root, string content, string objectType)
    {
        var isDeleted = root.TryGetProperty("isDeleted", out var deleted) && deleted.ValueKind == JsonValueKind.True;
        var (id, modified, email) = (Exact(root, "objectId"), Exact(root, "modifiedDate"), Exact(root, "emailAddress"));
        var missing = string.IsNullOrEmpty(id) ? "objectId"
            : string.IsNullOrEmpty(modified) ? "modifiedDate"
            : !isDeleted && CrmObjectType.IsProspect(objectType) && string.IsNullOrEmpty(email) ? "emailAddress"
            : null;
        if (missing is not null)
        {
            return (null, $"Mandatory field [{missing}] is missing or empty"); // [rec]
        }

        var time = WireTime.Read(modified!);
        var fault = id!.Length > MaxObjectId ? $"Field [objectId] is longer than {MaxObjectId} characters" // [inf]
            : id.Contains('\0', StringComparison.Ordinal) ? "Field [objectId] should hold no NUL" // [inf]
            : time is null ? "Field [modifiedDate] is not an ISO-8601 date and time with an offset" // [inf]
            : !TimeRange.Contains(time.Value) ? $"Field [modifiedDate] {TimeRange.Sentence}" // [inf]
            : !isDeleted && CrmObjectType.IsProspect(objectType) && !EmailAddress.IsValid(email) ? "Field [emailAddress] is not a valid email address" // [inf]
            : null;
        return fault is null ? (new CrmObject(id, time!.Value, isDeleted, content, ReadPerson(root, email)), null) : (null, fault);
    }

    private static CrmPerson ReadPerson(JsonElement root, string? email) => new(
        email, Text(root, "firstName"), Text(root, "lastName"), Text(root, "title"), Text(root, "phoneNumber"));

    /// <summary>Reads a text field. Removes NUL characters, because PostgreSQL cannot store them.</summary>
    private static string? Text(JsonElement root, string name) => Exact(root, name)?.Replace("\0", "", StringComparison.Ordinal);

    private static string? Exact(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Content">JSON, exactly as the client sent it.</param>
internal sealed record CrmObject(string Id, DateTimeOffset ModifiedAt, bool IsDeleted, string Content, CrmPerson Person);

/// <summary>The fields of a contact or lead that flows need.</summary>
internal sealed record CrmPerson(string? Email, string? FirstName, string? LastName, string? Title, string? PhoneNumber);
