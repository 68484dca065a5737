using System.Text;
using Sluice.Engine.Instances;

namespace Sluice.Tests.Engine.Instances;

/// <summary>Tests the fast parser of a listing: it accepts only bodies that the full parser would read in the same way.</summary>
public sealed class CrmIdsTests
{
    [Theory]
    [InlineData("""{"crmProspectsIds":["ada"]}""", "ada")]
    [InlineData(""" { "crmProspectsIds" : [ "ada" , "bob\u0020" ] } """)]
    [InlineData(""" { "crmProspectsIds" : [ "ada" , "O'Bob & ~" ] } """, "ada", "O'Bob & ~")]
    [InlineData("""{"crmProspectsIds":["ada","bob","ada"]}""")]
    [InlineData("""{"crmProspectsIds":["äda"]}""")]
    [InlineData("""{"crmProspectsIds":["\u007F"]}""")]
    [InlineData("{\"crmProspectsIds\":[\"\u007F\"]}")]
    [InlineData("""{"crmProspectsIds":[""]}""")]
    [InlineData("""{"crmProspectsIds":[5]}""")]
    [InlineData("""{"crmProspectsIds":["ada",null]}""")]
    [InlineData("""{"crmProspectsIds":["ada",["bob"]]}""")]
    [InlineData("""{"crmProspectsIds":[]}""")]
    [InlineData("""{"crmProspectsIds":null}""")]
    [InlineData("""{"crmProspectsIds":["ada"],"crmProspectsIds":["bob"]}""")]
    [InlineData("""{"crmProspectsIds":["ada"],"flowInstanceIds":["1"]}""")]
    [InlineData("""{"flowInstanceIds":["1"]}""")]
    [InlineData("{}")]
    public void Only_a_body_of_nothing_but_distinct_plain_ids_is_read(string body, params string[] expected)
    {
        var read = CrmIds.ReadPlain(Encoding.UTF8.GetBytes(body));

        Assert.Equal(expected, Texts(read));
    }

    [Fact]
    public void The_longest_possible_id_is_read_and_a_longer_one_is_not()
    {
        Assert.NotNull(Read(new string('x', 128)));
        Assert.Null(Read(new string('x', 129)));
    }

    [Fact]
    public void Up_to_512_ids_are_read_and_no_more()
    {
        var ids = Enumerable.Range(0, 513).Select(number => $"{number}").ToArray();

        Assert.Equal(ids[..512], Texts(Read(ids[..512])));
        Assert.Null(Read(ids));
    }

    [Fact]
    public void Other_ids_are_written_as_an_answer_writes_them()
    {
        var ids = CrmIds.Of(["ä\"\\", "", "😀"]);

        Assert.Equal("""["ä\"\\","","\uD83D\uDE00"]""", Encoding.UTF8.GetString(ids.Json.Span));
        Assert.Equal(["""ä\"\\""", "", """\uD83D\uDE00"""], Texts(ids));
    }

    private static CrmIds? Read(params string[] ids) => CrmIds.ReadPlain(Encoding.UTF8.GetBytes($$"""{"crmProspectsIds":["{{string.Join("\",\"", ids)}}"]}"""));

    private static IEnumerable<string> Texts(CrmIds? ids) => Enumerable.Range(0, ids?.Count ?? 0).Select(position => Encoding.UTF8.GetString(ids![position]));
}
