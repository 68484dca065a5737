using System.Reflection;

namespace Sluice.Tests.Server.Docs;

/// <summary>The page of what is kept is made from tags: one on no test, or of an operation that is not there, would promise what nobody holds.</summary>
public sealed class WireTagTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_tag_is_on_a_test_and_names_an_operation_that_is_there(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tagged = typeof(WireTagTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(WireAttribute))).ToList();

        Assert.NotEmpty(tagged);
        Assert.DoesNotContain(tagged, method => !method.IsDefined(typeof(FactAttribute)));
        Assert.Empty(tagged.SelectMany(method => method.GetCustomAttributes<WireAttribute>()).Select(tag => tag.Operation).Except([Operations.All, .. app.MappedOperations()]));
    }
}
