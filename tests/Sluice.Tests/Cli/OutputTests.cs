using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>The layout of tables.</summary>
public sealed class OutputTests
{
    private static readonly string[] Columns = ["id", "name", "title"];
    private static readonly string[][] Rows = [["1234361284629356", "東京", ""], ["7", "Ann", "VP"]];

    [Fact]
    public void A_table_has_its_columns_one_below_the_other() => Assert.Equal(
        """
        id                name  title
        ────────────────  ────  ─────
        1234361284629356  東京
        7                 Ann   VP

        """,
        Written(29));

    [Fact]
    public void Where_a_line_has_no_room_nothing_is_cut_and_each_field_has_a_line() => Assert.Equal(
        """
        id     1234361284629356
        name   東京

        id     7
        name   Ann
        title  VP


        """,
        Written(28));

    private static string Written(int width)
    {
        var text = new StringWriter();
        Output.Table(text, Columns, Rows, width);
        return text.ToString();
    }
}
