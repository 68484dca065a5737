using System.Reflection;

namespace Sluice.Tests.Server.Docs;

/// <summary>
/// docs/parity.md is generated from <see cref="WireAttribute"/> tags. A tag on a method that is no test, or for an operation that does not exist,
/// would promise behaviour that no test checks.
/// </summary>
public sealed class WireTagTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_tag_is_on_a_test_and_names_an_existing_operation(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tagged = typeof(WireTagTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(WireAttribute))).ToList();

        Assert.NotEmpty(tagged);
        Assert.DoesNotContain(tagged, method => !method.IsDefined(typeof(FactAttribute)));
        Assert.Empty(tagged.SelectMany(method => method.GetCustomAttributes<WireAttribute>()).Select(tag => tag.Operation).Except([Operations.All, Operations.Authorize, Operations.Token, .. app.MappedOperations()]));
    }
}
