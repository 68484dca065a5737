namespace Sluice.Tests.Architecture;

public sealed class GraphTests
{
    [Theory]
    [InlineData("a>b b>c", "")]
    [InlineData("a>b b>a", "a b")]
    [InlineData("a>b b>c c>a d>a", "a b c")]
    [InlineData("a>b b>a c>d d>c", "a b, c d")]
    [InlineData("a>a a>b", "")]
    public void A_circle_is_all_that_use_each_other(string arrows, string circles) =>
        Assert.Equal(circles, string.Join(", ", Make(arrows).Circles().Select(circle => string.Join(' ', circle))));

    [Theory]
    [InlineData("", "a b c d")]
    [InlineData("a>b b>c", "c b a d")]
    [InlineData("a>d", "b c d a")]
    public void Each_comes_after_all_that_it_uses(string arrows, string order) => Assert.Equal(order, string.Join(' ', Make(arrows).InOrder()));

    private static Graph Make(string arrows) => new(
        ["a", "b", "c", "d"],
        arrows.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(arrow => (arrow[..1], arrow[2..])));
}
