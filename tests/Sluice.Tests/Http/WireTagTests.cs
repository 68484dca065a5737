using System.Reflection;

namespace Sluice.Tests.Http;

/// <summary>The page of what is kept is made from the tags of the tests, so the tags must be true.</summary>
public sealed class WireTagTests
{
    private static readonly List<(MethodInfo Test, WireAttribute Tag)> Tags =
    [
        .. from type in typeof(WireTagTests).Assembly.GetTypes()
           from method in type.GetMethods()
           from tag in method.GetCustomAttributes<WireAttribute>()
           select (method, tag),
    ];

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_tag_names_an_operation_that_is_there(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Empty(Tags.Select(one => one.Tag.Operation).Except([Operations.All, .. app.MappedOperations()]));
    }

    [Fact]
    public void A_tag_says_where_its_fact_comes_from_and_is_on_a_test()
    {
        Assert.NotEmpty(Tags);
        Assert.All(Tags, one => Assert.Contains(one.Tag.Source, (string[])["seed", "doc", "rec", "rep", "inf"]));
        Assert.All(Tags, one => Assert.True(one.Test.GetCustomAttribute<FactAttribute>() is not null, $"{one.Test.Name} is no test"));
        Assert.All(Tags, one => Assert.False(string.IsNullOrWhiteSpace(one.Tag.Behaviour)));
    }
}
