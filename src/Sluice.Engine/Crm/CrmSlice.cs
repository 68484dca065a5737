namespace Sluice.Engine.Crm;

/// <summary>The next lines of an upload, as read by a schema.</summary>
/// <param name="Schema">The fields by which the lines were read.</param>
/// <param name="IsLast">Whether no lines come after these.</param>
internal sealed record CrmSlice(IReadOnlyList<CrmLine> Lines, IReadOnlyList<CrmField> Schema, IReadOnlyList<CrmObject> Objects, IReadOnlyList<CrmLineError> Errors, bool IsLast)
{
    /// <param name="now">The time of an object that has none of its own.</param>
    public static CrmSlice Read(string objectType, IReadOnlyList<CrmLine> lines, IReadOnlyList<CrmField> schema, bool isLast, DateTimeOffset now)
    {
        var (reader, objects, errors) = (new CrmLineReader(objectType, schema, now), new List<CrmObject>(), new List<CrmLineError>());
        foreach (var line in lines)
        {
            var (found, fault) = reader.Read(line);
            if (found is not null)
            {
                objects.Add(found);
            }
            else
            {
                errors.Add(new CrmLineError(line.Number, fault!));
            }
        }

        return new CrmSlice(lines, schema, objects, errors, isLast);
    }

    /// <summary>Cuts a slice of several lines in two.</summary>
    public (CrmSlice First, CrmSlice Second) Halve(string objectType, DateTimeOffset now)
    {
        var half = Lines.Count / 2;
        return (Read(objectType, [.. Lines.Take(half)], Schema, isLast: false, now), Read(objectType, [.. Lines.Skip(half)], Schema, IsLast, now));
    }

    /// <summary>Whether these fields read the lines in the same way. The id of a field changes with its type.</summary>
    public bool WasReadBy(IReadOnlyList<CrmField> schema) => Schema.Select(field => (field.Id, field.Json)).SequenceEqual(schema.Select(field => (field.Id, field.Json)));
}
