using System.Diagnostics;
using Sluice.Engine.Mail.Content;

namespace Sluice.Tests.Engine.Mail.Content;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("<p>One<br>two</p><p>three &amp; four</p>", "One\r\ntwo\r\n\r\nthree & four\r\n")]
    [InlineData("<div>One</div><div>two</div>", "One\r\ntwo\r\n")]
    [InlineData("a  \n\t b&nbsp;c", "a b c\r\n")]
    [InlineData("<pre>a\n  b</pre>c", "a\r\n  b\r\nc\r\n")]
    [InlineData("a < b <", "a < b <\r\n")]
    [InlineData("<", "<\r\n")]
    [InlineData("", "\r\n")]
    public void Html_becomes_readable_text(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    [Theory]
    [InlineData("a<!-- secret -->b")]
    [InlineData("a<!--[if mso]><p>secret</p><![endif]-->b")]
    [InlineData("a<![if !mso]>b<![endif]>")]
    [InlineData("a<!-- > secret -->b")]
    [InlineData("<head><title>secret</title><style>p{secret}</style></head>ab")]
    [InlineData("<title>secret</title>ab")]
    [InlineData("a<style>p{}</style><SCRIPT>secret</SCRIPT>b")]
    [InlineData("a<script>if (a<b) secret('</p>')</script>b")]
    [InlineData("a<span style=\"color:red; Display : none\">secret</span>b")]
    [InlineData("a<div hidden>secret</div>b")]
    public void Comments_titles_styles_and_scripts_are_not_text(string html) => Assert.Equal("ab\r\n", HtmlText.Of(html));

    [Theory]
    [InlineData("<a href=\"https://a.example/?x=1&amp;y=2\">here</a>", "here (https://a.example/?x=1&y=2)\r\n")]
    [InlineData("<a href='https://a.example/?x=\"1\"'>here</a>.", "here (https://a.example/?x=\"1\").\r\n")]
    [InlineData("<A HREF=https://a.example/b>here</A> now", "here (https://a.example/b) now\r\n")]
    [InlineData("<a class=\"x>y\" href = \"https://a.example\"><b>click</b> here</a>", "click here (https://a.example)\r\n")]
    [InlineData("<a href=\"https://a.example\"><div>Book</div></a>now", "Book (https://a.example)\r\nnow\r\n")]
    [InlineData("<a href=\"https://a.example/\">a.example</a>", "a.example\r\n")]
    [InlineData("<a href=\"https://a.example\">https://a.example</a>", "https://a.example\r\n")]
    [InlineData("<a href=\"mailto:ann@a.example\">ann@a.example</a>", "ann@a.example\r\n")]
    [InlineData("<a href=\"mailto:ann@a.example\">Ann</a>", "Ann (mailto:ann@a.example)\r\n")]
    [InlineData("<a href=\"https://a.example\"><img alt=\"Our house\"></a>", "Our house (https://a.example)\r\n")]
    [InlineData("<a href=\"https://a.example\"><img></a>", "https://a.example\r\n")]
    [InlineData("<a href=\"#top\">up</a> <a name=\"x\">b</a> <a href=\"javascript:alert(1)\">c</a>", "up b c\r\n")]
    public void Links_are_written_out_whatever_their_quotes(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    [Theory]
    [InlineData("<table><tr><td>Price</td><td>10</td></tr><tr><td>Seats</td><td>5</td></tr></table>", "Price | 10\r\nSeats | 5\r\n")]
    [InlineData("<table><tr><th>A<th>B<tr><td>1<td>2</table>c", "A | B\r\n1 | 2\r\n\r\nc\r\n")]
    [InlineData("<table><tr><td></td><td>10</td><td></td></tr></table>", "10\r\n")]
    [InlineData("<table><tr><td><p>One</p></td><td><p>two</p></td></tr></table>", "One\r\n\r\ntwo\r\n")]
    public void Table_cells_stand_apart(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    [Theory]
    [InlineData("<ul><li>One</li><li>two</li></ul>", "- One\r\n- two\r\n")]
    [InlineData("<ol start=3><li>One<li>two</ol>after", "3. One\r\n4. two\r\n\r\nafter\r\n")]
    [InlineData("<ul><li>One<ol><li>a<li>b</ol></li><li>two</ul>", "- One\r\n  1. a\r\n  2. b\r\n- two\r\n")]
    [InlineData("<ul><li><p>One</p></li><li><p>two</p></li></ul>", "- One\r\n- two\r\n")]
    [InlineData("<li>One<li>two", "- One\r\n- two\r\n")]
    [InlineData("See <img src=x alt='the plan'>here <img alt=''>.", "See the plan here .\r\n")]
    public void Lists_are_lists_and_pictures_have_their_text(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    /// <summary>A deep tree must not end the process, and no input may need quadratic time.</summary>
    [Theory]
    [InlineData("<div>")]
    [InlineData("<ul><li>")]
    [InlineData("<b>x")]
    [InlineData("<b></i>")]
    [InlineData("<a href=x>y")]
    [InlineData("<table><tr><td>")]
    [InlineData("<p>x")]
    [InlineData("<!--")]
    [InlineData("<br>")]
    public void A_megabyte_of_anything_is_read_in_time(string piece)
    {
        var clock = Stopwatch.StartNew();

        Assert.NotEmpty(HtmlText.Of(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)) + "end"));

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), $"{piece} took {clock.Elapsed}");
    }
}
