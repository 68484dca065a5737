using Sluice.Engine.Prospects.Changes;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

internal static class ImportView
{
    private const int MaxFaults = 50;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["crmId"] = "CRM id", ["email"] = "E-mail", ["firstName"] = "First name", ["lastName"] = "Last name", ["title"] = "Title", ["company"] = "Company", ["phone"] = "Phone",
        ["timeZone"] = "Time zone", ["kind"] = "Kind (contact or lead)",
    };

    /// <param name="visit">Who sees it.</param>
    /// <param name="csv">What was pasted before: nothing typed is lost.</param>
    /// <param name="alert">Why it cannot be read.</param>
    public static Html Form(Visit visit, string csv, string? alert) => $"""
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}.</p>")}
        {visit.FileForm($"{Links.People}/import", $"""
            {FileField.Of("csv", "Or paste comma-separated values; the first row names the columns", ".csv,text/csv", "email,first name,last name,company", csv)}
            <p class="hint">One column must be a CRM id or an e-mail address. An empty cell changes nothing. Nothing is stored before you have seen what would happen.</p>
            <p><button class="main" name="do" value="check">Check the file</button></p>
            """)}
        <p class="hint">A page takes some thousand rows. For a larger file: <code>sluice prospects import people.csv --dry-run</code></p>
        {visit.Curl("/sluice/v1/prospects/import", "POST", """{"csv":"email,first name\nada@example.com,Ada\n","dryRun":true}""")}
        """;

    public static Html Checked(Visit visit, string csv, PeopleFile file, PeopleImport would)
    {
        var fault = file.Faults is [{ Line: 0 } whole] ? whole.Error : null;
        return $"""
            {(fault is null ? Numbers(would, file.Faults.Count, "Nothing is stored yet. This would happen:") : $"<p class=\"alert\" role=\"alert\">{fault}.</p>")}
            {visit.FileForm($"{Links.People}/import", $"""
                <section class="card"><h2>What each column is</h2><dl class="facts columns">{file.Columns.Index().Select(one => Column(one.Index, one.Item))}</dl></section>
                <textarea class="hidden" name="csv" aria-label="The file" tabindex="-1">{"\n"}{csv}</textarea>
                <div class="choices">{Html.If(fault is null && would.Added + would.Changed > 0, $"<button class=\"main\" name=\"do\" value=\"import\">Import {Words.Count(would.Added + would.Changed, "row")}</button>")}<button name="do" value="check">Check again</button><a class="button" href="{Links.People}/import">Another file</a></div>
                """)}
            {Faults(file)}
            """;
    }

    public static Html Done(PeopleFile file, PeopleImport done) => $"""
        <div class="said" role="status"><p>The people are stored.</p></div>
        {Numbers(done, file.Faults.Count, "This has happened:")}
        <p><a class="button main" href="{Links.People}">See the people</a> <a class="button" href="{Links.People}/import">Another file</a></p>
        {Faults(file)}
        """;

    private static Html Numbers(PeopleImport numbers, int failed, string lead) => $"""
        <p>{lead}</p>
        <dl class="numbers">{Number("New", numbers.Added)}{Number("Changed", numbers.Changed)}{Number("As they were", numbers.Same)}{Number("With a fault", failed)}</dl>
        """;

    private static Html Number(string name, int number) => $"<div><dt>{name}</dt><dd>{Words.Number(number)}</dd></div>";

    private static Html Column(int at, PeopleColumn column) => $"""
        <div><dt><label for="field-{at}">{Html.Isolate(column.Name.Length == 0 ? "(no name)" : Words.Short(column.Name, 60))}</label></dt>
        <dd><input type="hidden" name="name-{at}" value="{column.Name}"><select id="field-{at}" name="field-{at}"><option value="">Left out</option>{PeopleCsv.Fields.Select(field => Option(field, field == column.Field))}</select></dd></div>
        """;

    private static Html Option(string field, bool isChosen) => $"<option value=\"{field}\"{Html.If(isChosen, $" selected")}>{Names[field]}</option>";

    private static Html Faults(PeopleFile file)
    {
        var faults = file.Faults.Where(fault => fault.Line > 0).ToList();
        return Html.If(faults.Count > 0, $"""
            <section><h2>{Words.Count(faults.Count, "row")} with a fault</h2><p class="hint">They are left out; all others are taken.</p>
            <div class="wide" tabindex="0" role="region" aria-label="Rows with a fault"><table class="lines"><thead><tr><th class="number">Line</th><th>What is wrong</th></tr></thead>
            <tbody>{faults.Take(MaxFaults).Select(fault => (Html)$"<tr><td class=\"number\">{fault.Line}</td><td>{Html.Isolate(fault.Error)}</td></tr>")}</tbody></table></div>
            {Html.If(faults.Count > MaxFaults, $"<p class=\"hint\">These are the first {MaxFaults}.</p>")}</section>
            """);
    }
}
