using Sluice.Engine.Primitives;
using Sluice.Server.Dev.Requests;

namespace Sluice.Tests.Server.Dev.Requests;

public sealed class RequestRuleTests
{
    private static readonly string[] Names = ["crmProspectsIds", "cursor", "flowId", "flowInstanceOwnerEmail", "flowOwnerEmail", "workspaceId"];

    [Theory]
    [InlineData("flowEmailOwner", "flowOwnerEmail")]
    [InlineData("flow_owner_email", "flowOwnerEmail")]
    [InlineData("FlowOwnerEmail", "flowOwnerEmail")]
    [InlineData("crmProspectIds", "crmProspectsIds")]
    [InlineData("workspceId", "workspaceId")]
    [InlineData("crusor", "cursor")]
    [InlineData("flowIds", "flowId")]
    [InlineData("flow_email_owner", "flowOwnerEmail")]
    [InlineData("wrkspceId", "workspaceId")]
    [InlineData("crusxr", null)]
    [InlineData("abcdef", null)]
    [InlineData("folderId", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void A_misspelt_name_resembles_the_intended_one(string given, string? meant) => Assert.Equal(meant, SimilarNameRule.Find(given, Names));

    [Fact]
    public void Of_several_names_the_nearest_is_meant_and_of_equal_ones_the_first()
    {
        Assert.Equal("workspaceId", SimilarNameRule.Find("workspaceIdx", ["workspaceIddd", "workspaceId"]));
        Assert.Equal("flowId", SimilarNameRule.Find("flow_id", ["flowIds", "flowId"]));
        Assert.Null(SimilarNameRule.Find("workspace", ["workspaceXyz"]));
        Assert.Null(SimilarNameRule.Find("listen", ["silent"]));
    }

    [Fact]
    public void A_name_may_have_64_letters()
    {
        Assert.NotNull(SimilarNameRule.Find(new string('x', 64), [new string('x', 65)]));
        Assert.Null(SimilarNameRule.Find(new string('x', 65), [new string('x', 66)]));
    }

    [Fact]
    public void A_text_longer_than_any_name_resembles_none() => Assert.Null(SimilarNameRule.Find(new string('x', 100_000), Names));

    [Theory]
    [InlineData(1695493301223591000, true)] // as JavaScript prints 1695493301223590792
    [InlineData(1695493301223590912, true)] // as Python prints int(float("1695493301223590792"))
    [InlineData(1695493301223590792, false)]
    [InlineData(9007199254740992, false)]
    [InlineData(1000, false)]
    [InlineData(0, false)]
    [InlineData(-1695493301223591000, false)]
    [InlineData(long.MaxValue, false)]
    public void An_id_that_a_double_can_hold_looks_rounded(long id, bool expected) => Assert.Equal(expected, RoundedIdRule.LooksRounded(id));

    [Fact]
    public void The_nearest_known_id_is_suggested_unless_the_id_itself_is_known()
    {
        Assert.Equal(1792L, RoundedIdRule.FindIntended(1700, [new(1500, false), new(1792, false), new(1999, false)])?.Id);
        Assert.Null(RoundedIdRule.FindIntended(1700, [new(1700, false), new(1792, false)]));
        Assert.Null(RoundedIdRule.FindIntended(1700, []));
    }
}
