using Sluice.Server.Api.Manage.Flows;

namespace Sluice.Tests.Server.Api.Manage.Flows;

public sealed class FlowFilesTests
{
    /// <summary>The reader of YAML refuses half a surrogate pair, which could not be sent: it is no text in UTF-8.</summary>
    [Theory]
    [InlineData("name: \"\\ud800\"", "a.yaml:1:")]
    [InlineData("kind: flow\nsteps:\n- subject: \"x\\udc00y\"", "a.yaml:3:")]
    [InlineData("\"\\ud800\": 1", "a.yaml:1:")]
    public void Half_a_surrogate_pair_is_a_fault_with_its_place(string yaml, string place)
    {
        var files = new FlowFiles();

        files.Read("a.yaml", yaml);

        Assert.StartsWith(place, Assert.Single(files.Faults), StringComparison.Ordinal);
        Assert.Empty(files.Documents);
    }

    [Fact]
    public void A_whole_pair_and_a_NUL_are_sent_for_the_server_to_judge()
    {
        var files = new FlowFiles();

        files.Read("a.yaml", "name: \"\\ud83d\\ude00\\0\"");

        Assert.Empty(files.Faults);
        Assert.Equal("\U0001F600\0", (string?)files.Documents[0]!["name"]);
        Assert.NotEmpty(files.Documents.ToJsonString());
    }
}
