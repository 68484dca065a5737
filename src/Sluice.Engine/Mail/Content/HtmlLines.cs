using System.Globalization;
using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Collects the text of an HTML body in lines. Blanks and line ends are kept back until the next visible text, so that a line neither begins nor ends
/// with them.
/// </summary>
internal sealed class HtmlLines
{
    private const int MaxDepth = 10;
    private const string BetweenCells = " | ";

    private readonly StringBuilder _text = new();

    /// <summary>For each open list, the number of its next item; null: its items have no numbers.</summary>
    private readonly Stack<int?> _lists = new();

    private int _lineEnds;
    private bool _hasBlank;
    private bool _isNextCell;
    private string? _marker;

    /// <summary>Whether line ends and blanks are shown as they are.</summary>
    public bool IsVerbatim { get; set; }

    public int Length => _text.Length;

    public string ToText() => _text.ToString().TrimEnd() + "\r\n";

    /// <summary>Adds text. A run of blanks and line ends is one blank, as HTML shows it.</summary>
    public void Add(string text)
    {
        foreach (var letter in text)
        {
            if (IsVerbatim && letter == '\n')
            {
                EndLine();
            }
            else if (IsVerbatim && letter is ' ' or '\t')
            {
                AddLetter(letter);
            }
            else if (char.IsWhiteSpace(letter))
            {
                _hasBlank = true;
            }
            else if (letter is not ('\u00AD' or '\u034F' or '\u200B' or '\u2060' or '\uFEFF')) // Newsletters fill their preview line with letters that nobody sees.
            {
                AddLetter(letter);
            }
        }
    }

    /// <summary>Writes a link's address after its text, unless the text is the address.</summary>
    /// <param name="address">A URL.</param>
    /// <param name="from">Where the link's text begins.</param>
    public void AddAddress(string address, int from)
    {
        var shown = _text.ToString(from, _text.Length - from).Trim();
        if (shown.Length == 0)
        {
            Add(address);
        }
        else if (Bare(shown) != Bare(address))
        {
            _text.Append(" (").Append(address).Append(')');
        }
    }

    /// <summary>Ends the line if it has text.</summary>
    public void Break() => _lineEnds = Math.Max(_lineEnds, 1);

    public void EndLine() => _lineEnds = Math.Min(_lineEnds + 1, 2);

    /// <summary>Ends a paragraph, or begins one: together they make an empty line. A list inside of an item has none.</summary>
    public void EndParagraph()
    {
        if (_lists.Count > 0)
        {
            Break();
        }
        else
        {
            EndLine();
        }
    }

    public void BeginList(bool isNumbered, string? start) =>
        _lists.Push(!isNumbered ? null : int.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var first) ? first : 1);

    public void EndList()
    {
        _lists.TryPop(out _);
        _marker = null;
    }

    public void BeginItem()
    {
        var isInList = _lists.TryPop(out var number);
        _marker = number is { } at ? $"{at.ToString(CultureInfo.InvariantCulture)}. " : "- ";
        if (isInList)
        {
            _lists.Push(number + 1);
        }
    }

    public void BeginCell() => _isNextCell = true;

    private void AddLetter(char letter)
    {
        if (_text.Length == 0 || _lineEnds > 0)
        {
            BeginLine();
        }
        else if (_isNextCell)
        {
            _text.Append(BetweenCells);
        }
        else if (_hasBlank)
        {
            _text.Append(' ');
        }

        (_hasBlank, _isNextCell) = (false, false);
        _text.Append(letter);
    }

    private void BeginLine()
    {
        for (; _lineEnds > 0 && _text.Length > 0; _lineEnds--)
        {
            _text.Append("\r\n");
        }

        _lineEnds = 0;
        _text.Append(' ', 2 * Math.Max(0, Math.Min(_lists.Count, MaxDepth) - 1)).Append(_marker ?? (_lists.Count > 0 ? "  " : ""));
        _marker = null;
    }

    /// <summary>Leaves out what does not matter when a link's text is compared with its address.</summary>
    private static string Bare(string address)
    {
        foreach (var scheme in (string[])["https://", "http://", "mailto:", "tel:"])
        {
            address = address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? address[scheme.Length..] : address;
        }

        return address.TrimEnd('/');
    }
}
