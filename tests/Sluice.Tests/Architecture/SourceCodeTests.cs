namespace Sluice.Tests.Architecture;

public sealed class SourceCodeTests
{
    /// <summary>A name is not found, or the assembly that declares it is missing.</summary>
    private static readonly string[] NotFound = ["CS0012", "CS0103", "CS0234", "CS0246", "CS0400", "CS0518"];

    /// <summary>What the compiler does not find has no folder, so the other tests would not see it: a reference to a package is missing.</summary>
    [Fact]
    public void The_compiler_finds_every_name_that_a_declaration_uses() =>
        Assert.Equal("", string.Join('\n', SourceCode.Whole.Errors().Where(error => NotFound.Contains(error.Id))));
}
