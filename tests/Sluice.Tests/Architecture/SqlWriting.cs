using System.Text;

namespace Sluice.Tests.Architecture;

/// <summary>The text of a statement, put together from its pieces, which remembers the line that each piece stands on.</summary>
internal sealed class SqlWriting
{
    private readonly StringBuilder _text = new();
    private readonly List<(int Offset, int Line, bool IsOneLine)> _pieces = [];

    public string Text => _text.ToString();

    /// <param name="text">As the database gets it.</param>
    /// <param name="line">Where it begins in its file.</param>
    /// <param name="isOneLine">It comes from elsewhere, and the whole of it is told by the line on which it is put in.</param>
    public void Append(string text, int line, bool isOneLine = false)
    {
        _pieces.Add((_text.Length, line, isOneLine));
        _text.Append(text);
    }

    public int LineAt(int offset)
    {
        var piece = _pieces.FindLast(piece => piece.Offset <= offset);
        return piece.IsOneLine ? piece.Line : piece.Line + Text[piece.Offset..offset].Count(letter => letter == '\n');
    }
}
