using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>
/// People as comma-separated values. The first row names the columns; a column is the field of its name, in many spellings, or the field to which the caller
/// maps it. Columns that are neither are left out, and named in the result.
/// </summary>
internal static class PeopleCsv
{
    public const int MaxRows = 10_000;

    /// <summary>Letters of a name, a title or a company. A longer cell is most likely one of which a quote is missing.</summary>
    private const int MaxText = 1000;

    /// <summary>What a column may be, with the names by which it is known. The first one is the field's own.</summary>
    private static readonly string[][] Names =
    [
        ["crmId", "crm id", "id", "contact id", "lead id", "record id"], ["email", "e-mail", "email address", "e-mail address", "mail"], ["firstName", "first name", "given name", "first"],
        ["lastName", "last name", "surname", "family name", "last"], ["title", "job title", "position", "role"], ["company", "company name", "account", "account name", "organization"],
        ["phone", "phone number", "telephone", "mobile", "mobile phone"], ["timeZone", "time zone", "timezone"], ["kind", "type", "object type"],
    ];

    public static IReadOnlyList<string> Fields { get; } = [.. Names.Select(names => names[0])];

    /// <param name="mapping">Fields by the names of columns, as the file spells them. An empty field leaves a column out.</param>
    public static PeopleFile Read(string csv, IReadOnlyDictionary<string, string> mapping)
    {
        try
        {
            var rows = CsvText.Read(csv);
            var columns = rows.FirstOrDefault().Cells?.Select(cell => new PeopleColumn(cell.Trim(), FieldOf(cell.Trim(), mapping))).ToList();
            return columns is null ? Refused([], "There are no rows")
                : WhyNot(columns, mapping) is { } fault ? Refused(columns, fault)
                : ReadRows(rows.Skip(1), columns);
        }
        catch (FormatException broken)
        {
            return Refused([], broken.Message);
        }
    }

    /// <summary>Writes people in the order of <see cref="Fields"/>, so that <see cref="Read"/> reads them back.</summary>
    public static void Write(StringBuilder csv, IEnumerable<Prospect> people)
    {
        foreach (var one in people)
        {
            CsvText.WriteRow(csv, one.CrmId, one.Email, one.FirstName, one.LastName, one.Title, one.CompanyName, one.PhoneNumber, one.TimeZone, one.Kind);
        }
    }

    private static string? FieldOf(string column, IReadOnlyDictionary<string, string> mapping) => mapping.TryGetValue(column, out var field)
        ? field.Length == 0 ? null : field
        : Array.Find(Names, names => names.Contains(column.Replace('_', ' '), StringComparer.OrdinalIgnoreCase))?[0];

    private static PeopleFile Refused(List<PeopleColumn> columns, string fault) => new(columns, [], [new PeopleFault(0, 0, fault)]);

    private static string? WhyNot(List<PeopleColumn> columns, IReadOnlyDictionary<string, string> mapping)
    {
        var fields = columns.Select(column => column.Field).OfType<string>().ToList();
        return mapping.Keys.FirstOrDefault(name => !columns.Exists(column => column.Name == name)) is { } missing ? $"There is no column {RequestReader.Echo(missing)}"
            : fields.Find(field => fields.Count(other => other == field) > 1) is { } twice ? $"Two columns are {twice}: map one of them to another field, or to none"
            : !fields.Contains("crmId") && !fields.Contains("email") ? "The first row should name the columns, and one of them should be crmId or email: map it if it has another name"
            : null;
    }

    private static PeopleFile ReadRows(IEnumerable<(int Line, IReadOnlyList<string> Cells)> rows, List<PeopleColumn> columns)
    {
        var (people, faults, lines, row) = (new List<PersonRow>(), new List<PeopleFault>(), new Dictionary<string, int>(StringComparer.Ordinal), 0);
        foreach (var (line, cells) in rows)
        {
            if (++row > MaxRows)
            {
                return Refused(columns, $"There are more than {MaxRows} rows: split the file, or use `sluice prospects import`, which does");
            }

            string? Cell(string field) => columns.FindIndex(column => column.Field == field) is var at && at >= 0 && at < cells.Count && !string.IsNullOrWhiteSpace(cells[at]) ? cells[at].Trim() : null;

            var person = new PersonRow(line, Cell("crmId") ?? Cell("email") ?? "", Cell("email"), Cell("firstName"), Cell("lastName"), Cell("title"), Cell("company"), Cell("phone"), Cell("timeZone"), Cell("kind")?.ToUpperInvariant());
            if ((cells.Count > columns.Count ? $"has {cells.Count} cells, and there are {columns.Count} columns" : FaultOf(person)) is { } fault)
            {
                faults.Add(new PeopleFault(line, row, fault));
            }
            else if (!lines.TryAdd(person.CrmId, line))
            {
                faults.Add(new PeopleFault(line, row, $"has the CRM id of line {lines[person.CrmId]}"));
            }
            else
            {
                people.Add(person);
            }
        }

        return new PeopleFile(columns, people, faults);
    }

    private static string? FaultOf(PersonRow row) =>
        row.CrmId.Length == 0 ? "has neither a CRM id nor an e-mail address"
        : !Prospect.IsPossibleCrmId(row.CrmId) ? "crmId: should have at most 128 characters"
        : row.Email is { } email && EmailAddress.Read(email) is null ? $"email: is no e-mail address: {RequestReader.Echo(email)}"
        : row.TimeZone is { } zone && !Zones.Exists(zone) ? $"timeZone: is no time zone such as Europe/Berlin: {RequestReader.Echo(zone)}"
        : row.Kind is not (null or "CONTACT" or "LEAD") ? $"kind: should be CONTACT or LEAD, not {RequestReader.Echo(row.Kind)}"
        : ((string Name, string? Text)[])[("firstName", row.FirstName), ("lastName", row.LastName), ("title", row.Title), ("company", row.Company), ("phone", row.Phone)] is var texts
          && Array.Find(texts, one => one.Text is { Length: > MaxText } || one.Text?.Contains('\0', StringComparison.Ordinal) == true) is { Name: { } name } ? $"{name}: should have at most {MaxText} characters"
        : null;
}

/// <param name="Field">Null: the column is left out.</param>
internal sealed record PeopleColumn(string Name, string? Field);

/// <param name="Faults">What is wrong with each of the other rows. One with line 0 concerns the whole text, and then there are no people.</param>
internal sealed record PeopleFile(List<PeopleColumn> Columns, List<PersonRow> People, List<PeopleFault> Faults);

/// <summary>One person of a file. A null field leaves what is known of the person as it is.</summary>
/// <param name="CrmId">Without a CRM id in the file, the e-mail address.</param>
internal sealed record PersonRow(
    int Line, string CrmId, string? Email, string? FirstName, string? LastName, string? Title, string? Company, string? Phone, string? TimeZone, string? Kind)
{
    public Prospect ApplyTo(Prospect known) => known with
    {
        Kind = Kind ?? known.Kind,
        FirstName = FirstName ?? known.FirstName,
        LastName = LastName ?? known.LastName,
        Email = Email is null ? known.Email : EmailAddress.Read(Email),
        Title = Title ?? known.Title,
        CompanyName = Company ?? known.CompanyName,
        PhoneNumber = Phone ?? known.PhoneNumber,
        TimeZone = TimeZone ?? known.TimeZone,
    };
}

/// <param name="Line">From 1; 0: the whole text.</param>
/// <param name="Row">The number of the row below the first one, from 1.</param>
internal sealed record PeopleFault(int Line, int Row, string Error);
