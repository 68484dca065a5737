using System.Text;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Engine.Prospects;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("a,b\r\nc,d\r\n", "1:a|b 2:c|d")]
    [InlineData("a,b\nc,d", "1:a|b 2:c|d")]
    [InlineData("a\rb", "1:a 2:b")]
    [InlineData("\uFEFFa,b", "1:a|b")]
    [InlineData("\"a,\"\"b\"\"\",\r\n", "1:a,\"b\"|")]
    [InlineData("\"a\r\nb\",c\r\nd", "1:a\r\nb|c 3:d")]
    [InlineData("\r\n\r\na\r\n,\r\nb", "3:a 5:b")]
    [InlineData("'+1,'a,'", "1:+1|'a|'")]
    [InlineData("", "")]
    public void Text_is_split_into_rows_and_cells(string csv, string rows) =>
        Assert.Equal(rows, string.Join(' ', CsvText.Read(csv).Select(row => $"{row.Line}:{string.Join('|', row.Cells)}")));

    [Theory]
    [InlineData("\"a", "line 1: a quote is not closed")]
    [InlineData("a\nb\"", "line 2: a quote stands within a cell; write the whole cell in quotes, and each quote in it twice")]
    [InlineData("\"a\"b", "line 1: a text follows the closing quote of a cell")]
    public void Broken_quotes_are_named(string csv, string fault) => Assert.Equal(fault, Assert.Throws<FormatException>(() => CsvText.Read(csv).Count()).Message);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("=\"a\"", "\"'=\"\"a\"\"\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData(null, "")]
    public void A_cell_is_written_so_that_it_is_one_cell_and_no_formula(string? cell, string written)
    {
        var csv = new StringBuilder();
        CsvText.WriteRow(csv, cell, "end");

        Assert.Equal($"{written},end\r\n", csv.ToString());
        Assert.Equal([cell ?? "", "end"], CsvText.Read(csv.ToString()).Single().Cells);
    }
}
