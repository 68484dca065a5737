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

    [Theory]
    [InlineData(200)]
    [InlineData(120)]
    [InlineData(80)]
    [InlineData(40)]
    public void No_line_is_wider_than_the_terminal_and_no_id_is_cut(int width)
    {
        string[] columns = ["access key", "name", "scopes"];
        string[][] rows = [["slk_yaCf2Fm1t75KwOF026", "A key for the nightly export", "api:flows:read, api:flows:write, sluice:manage, api:users:read"]];
        var text = new StringWriter();

        Output.Table(text, columns, rows, width);

        var lines = text.ToString().Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        foreach (var word in rows[0].SelectMany(cell => cell.Split(' ')))
        {
            Assert.Contains(lines, line => line.Contains(word, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Long_cells_are_broken_between_words_and_stay_in_their_column() => Assert.Equal(
        """
        id                name        tags
        ────────────────  ──────────  ────────────────
        1234361284629356  Trade show  events, outbound
                          follow-up
        7                 SDR         inbound

        """,
        Written(["id", "name", "tags"], [["1234361284629356", "Trade show follow-up", "events, outbound"], ["7", "SDR", "inbound"]], 49));

    [Fact]
    public void Columns_without_room_are_left_out_and_named_where_that_is_allowed()
    {
        string[][] rows = [.. Enumerable.Range(0, 4).Select(i => (string[])[$"123436128462935{i}", "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "Ada"])];

        Assert.Equal(
            """
            id                name
            ────────────────  ────
            1234361284629350  Ada
            1234361284629351  Ada
            1234361284629352  Ada
            1234361284629353  Ada
            The terminal has no room for
            settings. --json shows everything.

            """,
            Written(["id", "settings", "name"], rows, 36, mayDrop: true));
    }

    [Fact]
    public void A_record_breaks_long_values_beside_their_names() => Assert.Equal(
        """
        id    1234361284629356
        tags  events, outbound,
              inbound


        """,
        Written(["id", "tags"], [["1234361284629356", "events, outbound, inbound"]], 24));

    [Fact]
    public void A_line_of_text_continues_below_itself()
    {
        var text = new StringWriter();

        Output.Lines(text, "  2026-11-02  paused by the owner until Monday\nIt is noon.", 30);

        Assert.Equal("  2026-11-02  paused by the\n      owner until Monday\nIt is noon.\n", text.ToString());
    }

    private static string Written(int width) => Written(Columns, Rows, width);

    private static string Written(string[] columns, string[][] rows, int width, bool mayDrop = false)
    {
        var text = new StringWriter();
        Output.Table(text, columns, rows, width, mayDrop);
        return text.ToString();
    }
}
