using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// HTML written as an interpolated raw string. Each hole is encoded unless it is HTML itself, so a text from outside can never be read as markup.
/// Other types do not compile. It is to pages what <see cref="Engine.Storage.Sql"/> is to statements.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html
{
    public static readonly Html Nothing = $"";

    private readonly StringBuilder _text;

    /// <summary>The compiler calls this for an interpolated string.</summary>
    public Html(int literalLength, int formattedCount) => _text = new(literalLength + (formattedCount * 32));

    /// <param name="condition">False: the result is empty.</param>
    /// <param name="html">The compiler evaluates it in both cases.</param>
    public static Html If(bool condition, Html html) => condition ? html : Nothing;

    /// <summary>Writes a text of people in isolation from its surroundings: a name may be written from right to left.</summary>
    public static Html Isolate(string? text) => $"<bdi>{text}</bdi>";

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(Html? part) => _text.Append(part?._text);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
        {
            _text.Append(part._text);
        }
    }

    public override string ToString() => _text.ToString();
}
