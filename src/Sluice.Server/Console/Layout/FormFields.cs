using Microsoft.Extensions.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// Writes the fields of a form whose names are those of the API. A form that was refused shows again what was typed, and beside each field what is wrong
/// with it.
/// </summary>
/// <param name="typed">What was typed; null: the form is new.</param>
/// <param name="faults">The API's sentences, each beginning with the name of a field if it is about one.</param>
internal sealed class FormFields(IFormCollection? typed, IReadOnlyList<string> faults)
{
    public static readonly FormFields Blank = new(null, []);

    private const string On = "on";

    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    /// <summary>The value of a box that says yes or no.</summary>
    public static string? Box(bool isChecked) => isChecked ? On : null;

    /// <summary>The fields of a form that changes something, with what it is now.</summary>
    public static FormFields Now(params IEnumerable<(string Name, string? Value)> known) =>
        new(Collect(known), []);

    /// <param name="faults">What the API says is wrong with it.</param>
    public static FormFields Back(IEnumerable<(string Name, string? Value)> typed, IReadOnlyList<string> faults) => new(Collect(typed), faults);

    public static FormFields Of(Visit visit, ApiError refusal) => new(visit.Http.Request.Form, refusal.Errors);

    /// <summary>Whether the form comes back.</summary>
    public bool IsTyped => typed is not null;

    public bool HasFaults => faults.Count > 0;

    /// <summary>Whether a box is checked. A new form has none checked.</summary>
    public bool Has(string name, string value) => typed?[name].Contains(value) ?? false;

    public string? Value(string name) => typed?[name].ToString() is { Length: > 0 } text && !FormGuard.IsSecret(name) ? text : null;

    /// <summary>A field with its label, what it is for, and what is wrong with it.</summary>
    public Html Input(string name, string label, Html? hint = null, string type = "text", string? otherwise = null, string? place = null, bool required = false, int max = 200) => $"""
        <p class="field"><label for="{name}">{label}</label>{Hint(name, hint)}
        <input id="{name}" name="{name}" type="{type}" maxlength="{max}" value="{Value(name) ?? (typed is null ? otherwise : null)}"{Html.If(place is not null, $" placeholder=\"{place}\"")}{Html.If(required, $" required")}{Html.If(type == "password", $" autocomplete=\"new-password\"")}{Described(name, hint)}>{Fault(name)}</p>
        """;

    /// <summary>A field of several lines. Browsers leave out the first line end in it, so one that is not of the text stands there.</summary>
    /// <param name="otherwise">What stands there before anybody has typed.</param>
    public Html Area(string name, string label, Html? hint = null, int rows = 4, string? otherwise = null, int? max = null) => $"""
        <p class="field"><label for="{name}">{label}</label>{Hint(name, hint)}
        <textarea id="{name}" name="{name}" rows="{rows}" dir="auto"{Html.If(max is not null, $" maxlength=\"{max ?? 0}\"")}{Described(name, hint)}>{"\n"}{Value(name) ?? (typed is null ? otherwise : null)}</textarea>{Fault(name)}</p>
        """;

    public Html Choice(string name, string label, IEnumerable<(string Value, string Text)> options, Html? hint = null, string? otherwise = null) => $"""
        <p class="field"><label for="{name}">{label}</label>{Hint(name, hint)}
        <select id="{name}" name="{name}"{Described(name, hint)}>{options.Select(one => (Html)$"<option value=\"{one.Value}\"{Html.If(one.Value == (IsTyped ? Value(name) ?? "" : otherwise), $" selected")}>{one.Text}</option>")}</select>{Fault(name)}</p>
        """;

    /// <summary>What is wrong with a group of fields as a whole.</summary>
    public Html Group(string name) => Fault(name);

    /// <summary>Boxes of which several may be checked.</summary>
    /// <param name="kind">The class of the list, for its layout.</param>
    public Html Boxes(string name, string label, IEnumerable<(string Value, Html Text)> options, string kind, Html? hint = null) => $"""
        <fieldset class="field many"{Described(name, hint)}><legend>{label}</legend>{Hint(name, hint)}{Fault(name)}
        <div class="{kind}">{options.Select(one => Box(name, one.Value, one.Text))}</div></fieldset>
        """;

    /// <summary>One box, which says yes or no.</summary>
    public Html Flag(string name, string label, Html? hint = null) => $"""
        <p class="field"><label class="box"><input type="checkbox" id="{name}" name="{name}" value="{On}"{Html.If(Has(name, On), $" checked")}{Described(name, hint)}> <span>{label}</span></label>{Hint(name, hint)}{Fault(name)}</p>
        """;

    public Html Box(string name, string value, Html text) => $"<label class=\"box\"><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"{Html.If(Has(name, value), $" checked")}> <span>{text}</span></label>";

    /// <summary>Says that nothing was saved, and all that is wrong with no field in particular. Write it after the fields.</summary>
    public Html Alert() => faults.Count == 0 ? Html.Nothing : (Html)$"""
        <div class="alert" role="alert"><p>Nothing was changed.{Html.If(faults.Any(_shown.Contains), $" Look at the fields that are marked.")}</p>{faults.Where(fault => !_shown.Contains(fault)).Select(fault => (Html)$"<p>{Words.Sentence(fault)}</p>")}</div>
        """;

    private static FormCollection Collect(IEnumerable<(string Name, string? Value)> values) =>
        new(values.GroupBy(one => one.Name, StringComparer.Ordinal).ToDictionary(one => one.Key, one => new StringValues([.. one.Select(field => field.Value)]), StringComparer.Ordinal));

    private static Html Hint(string name, Html? hint) => hint is null ? Html.Nothing : (Html)$"<span class=\"hint\" id=\"{name}-hint\">{hint}</span>";

    private Html Described(string name, Html? hint)
    {
        var isWrong = Find(name).Any();
        var ids = string.Join(' ', new[] { hint is null ? null : $"{name}-hint", isWrong ? $"{name}-fault" : null }.OfType<string>());
        return $"{Html.If(ids.Length > 0, $" aria-describedby=\"{ids}\"")}{Html.If(isWrong, $" aria-invalid=\"true\"")}";
    }

    private Html Fault(string name)
    {
        var own = Find(name).ToList();
        own.ForEach(fault => _shown.Add(fault));
        return Html.If(own.Count > 0, $"<span class=\"fault\" id=\"{name}-fault\">{own.Select(fault => (Html)$"{Words.Sentence(fault[(fault.IndexOf(": ", StringComparison.Ordinal) + 2)..])} ")}</span>");
    }

    /// <summary>The faults of a field, or of an item of a list in it.</summary>
    private IEnumerable<string> Find(string name) => faults.Where(fault => fault.StartsWith($"{name}: ", StringComparison.Ordinal) || fault.StartsWith($"{name}[", StringComparison.Ordinal));
}
