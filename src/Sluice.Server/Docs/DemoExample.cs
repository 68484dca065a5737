namespace Sluice.Server.Docs;

/// <summary>
/// Objects of the demo data of <c>sluice dev</c>. The examples name them, so that a reader can paste a call and see it work. A test runs all
/// examples.
/// </summary>
internal static class DemoExample
{
    public const string Email = "test@test.com";
    public const string UserId = "110542441722939622";
    public const string WorkspaceId = "623457276584334";
    public const string FlowId = "1695493301223590792";
    public const string FlowName = "SDR Flow";
    public const string FlowInstanceId = "1234361284629356";
    public const string TaskId = "904047383002745896";

    /// <summary>The prospect of that flow instance.</summary>
    public const string CrmId = "a5V1Q00A120DP4CVAW";

    /// <summary>A flow that takes any prospect: the other one is exclusive.</summary>
    public const string OpenFlowId = "676834840070327393";

    /// <summary>Prospects in no flow.</summary>
    public const string FreeCrmId = "003Hp00000ruNnkIAE";
    public const string OtherFreeCrmId = "00QHp00000F0RKZMA3";
}
