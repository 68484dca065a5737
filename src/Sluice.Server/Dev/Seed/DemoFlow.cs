using Sluice.Engine.Flows;

namespace Sluice.Server.Dev.Seed;

/// <summary>A flow of the demo company as the source code lists it, before it has ids.</summary>
/// <param name="Owner">First name of the owner.</param>
/// <param name="Share">How often prospects are assigned to it, compared with the other flows.</param>
internal sealed record DemoFlow(
    string Name, string Description, string Owner, FlowVisibility Visibility, DateTimeOffset Created, int Share, IReadOnlyList<DemoStep> Steps)
{
    /// <summary>The id, if a published example has it.</summary>
    public long? Id { get; init; }

    public string? Folder { get; init; }

    /// <summary>Whether it is in the Europe workspace, for prospects in Europe.</summary>
    public bool Europe { get; init; }

    public bool Exclusive { get; init; }

    public bool Enabled { get; init; } = true;

    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>First names of the users with whom it is shared.</summary>
    public IReadOnlyList<string> SharedWith { get; init; } = [];

    /// <summary>Whether new prospects can enter it.</summary>
    public bool IsLive => Enabled && DeletedAt is null;

    /// <summary>Returns how long after the start a step comes due, if each earlier step is done at once.</summary>
    /// <param name="step">From 1.</param>
    public TimeSpan Until(int step) => Steps.Take(step).Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Wait);
}

/// <param name="Wait">The wait before the step.</param>
/// <param name="Body">HTML with placeholders; for a call or a custom task, what to say or do.</param>
internal sealed record DemoStep(string Action, TimeSpan Wait, string? Subject, string Body, bool IsReply = false)
{
    public bool IsMail => Action is "SEND_EMAIL" or "AUTO_SEND_EMAIL";

    public bool IsCall => Action is "CALL";

    /// <summary>Whether a person has to do it, who may then leave it undone.</summary>
    public bool IsToDo => Action is not "AUTO_SEND_EMAIL";

    public static DemoStep AutoMail(int days, string subject, string body) => new("AUTO_SEND_EMAIL", TimeSpan.FromDays(days), subject, body);

    public static DemoStep HandMail(int days, string subject, string body) => new("SEND_EMAIL", TimeSpan.FromDays(days), subject, body);

    /// <param name="subject">Used if the server has sent no earlier mail that it can reply to: a person sent it, or the seed invented it.</param>
    public static DemoStep AutoReply(int days, string subject, string body) => new("AUTO_SEND_EMAIL", TimeSpan.FromDays(days), subject, body, IsReply: true);

    /// <summary>A reply in the thread of the earlier mail, with its subject.</summary>
    public static DemoStep Reply(int days, string body) => new("SEND_EMAIL", TimeSpan.FromDays(days), null, body, IsReply: true);

    public static DemoStep Call(int days, string body) => new("CALL", TimeSpan.FromDays(days), null, body);

    public static DemoStep Connect(int days, string body) => new("LINKEDIN_CONNECT", TimeSpan.FromDays(days), null, body);

    public static DemoStep Message(int days, string body) => new("LINKEDIN_MESSAGE", TimeSpan.FromDays(days), null, body);

    public static DemoStep Custom(int days, string subject, string body) => new("CUSTOM", TimeSpan.FromDays(days), subject, body);
}
