namespace Sluice.Engine.Crm;

/// <summary>A field that every object of a type may have, also without a schema.</summary>
/// <param name="IsRequired">Whether an object that is not deleted must have it.</param>
internal sealed record CrmStandardField(string Name, CrmValueKind Kind, bool IsRequired = false)
{
    private static readonly Dictionary<string, IReadOnlyList<CrmStandardField>> ByType = new(StringComparer.Ordinal)
    {
        [CrmObjectType.Account] =
        [
            .. OfAll(), NameOf("Account"), new("domains", new(CrmFieldType.TextList)),
        ],
        [CrmObjectType.Contact] = [.. OfAll(), .. OfPerson(), Id("accountId")],
        [CrmObjectType.Lead] = [.. OfAll(), .. OfPerson(), Id("convertedToDealId"), Id("convertedToContactId"), Id("convertedToAccountId")],
        [CrmObjectType.Deal] =
        [
            .. OfAll(), NameOf("Deal"), Id("accountId"), Id("ownerId"), Id("stage"), new("createdDate", new(CrmFieldType.Date)), new("closeDate", new(CrmFieldType.Date)),
            new("status", new(CrmFieldType.PickList, new HashSet<string>(["WON", "LOST", "OPEN"], StringComparer.Ordinal))) { Default = _ => "\"OPEN\"" },
            new("amount", new(CrmFieldType.Number)) { Default = _ => "0" },
        ],
        [CrmObjectType.BusinessUser] = [.. OfAll(), new("emailAddress", new(CrmFieldType.EmailAddress), IsRequired: true)],
        [CrmObjectType.Stage] =
        [
            .. OfAll(isModifiedDateRequired: false), Text("name") with { IsRequired = true },
            new("isActive", new(CrmFieldType.Boolean)) { Default = _ => "true" },
            new("sortOrder", new(CrmFieldType.Number)) { Default = _ => "1" },
        ],
    };

    /// <summary>Whether the line of a deleted object must have it too.</summary>
    public bool IsRequiredOfDeleted { get; init; }

    /// <summary>Makes the JSON of a missing value from the object's id; null: the field stays away.</summary>
    public Func<string, string>? Default { get; init; }

    /// <summary>The fields of each type [doc].</summary>
    public static IReadOnlyList<CrmStandardField> Of(string objectType) => ByType[objectType];

    private static IEnumerable<CrmStandardField> OfAll(bool isModifiedDateRequired = true) =>
    [
        Id("objectId") with { IsRequired = true, IsRequiredOfDeleted = true },
        new("modifiedDate", new(CrmFieldType.DateTime), isModifiedDateRequired) { IsRequiredOfDeleted = isModifiedDateRequired },
        new("isDeleted", new(CrmFieldType.Boolean)),
        new("url", new(CrmFieldType.Url)),
    ];

    private static IEnumerable<CrmStandardField> OfPerson() =>
        [new("emailAddress", new(CrmFieldType.EmailAddress)), Text("firstName"), Text("lastName"), Text("title"), Text("phoneNumber")];

    private static CrmStandardField NameOf(string type) => Text("name") with { Default = id => $"\"{System.Text.Json.JsonEncodedText.Encode($"{type}_#{id}")}\"" };

    private static CrmStandardField Text(string name) => new(name, new(CrmFieldType.Text));

    private static CrmStandardField Id(string name) => new(name, new(CrmFieldType.Id));
}
