using Sluice.Engine.Flows;

namespace Sluice.Server.Dev.Seed;

/// <summary>A flow of the demo company as it is written down, before it has ids.</summary>
/// <param name="Owner">First name.</param>
/// <param name="Share">How often a prospect is put into it, beside the other flows.</param>
internal sealed record DemoFlow(
    string Name, string Description, string Owner, FlowVisibility Visibility, DateTimeOffset Created, int Share, IReadOnlyList<DemoStep> Steps)
{
    /// <summary>Where the id is published.</summary>
    public long? Id { get; init; }

    public string? Folder { get; init; }

    /// <summary>In the Europe workspace, for prospects there.</summary>
    public bool Europe { get; init; }

    public bool Exclusive { get; init; }

    public bool Enabled { get; init; } = true;

    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>First names.</summary>
    public IReadOnlyList<string> SharedWith { get; init; } = [];

    /// <summary>New prospects go into it.</summary>
    public bool IsLive => Enabled && DeletedAt is null;

    /// <summary>How long after the beginning a step comes due, if each before it was done at once.</summary>
    /// <param name="step">From 1.</param>
    public TimeSpan Until(int step) => Steps.Take(step).Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Wait);
}

/// <param name="Wait">Before it.</param>
/// <param name="Body">HTML with placeholders; of a call or a piece of work, what to say or do.</param>
internal sealed record DemoStep(string Action, TimeSpan Wait, string? Subject, string Body, bool IsReply = false)
{
    public bool IsMail => Action is "SEND_EMAIL" or "AUTO_SEND_EMAIL";

    public bool IsCall => Action is "CALL";

    /// <summary>Somebody has to do it, so it may be left undone.</summary>
    public bool IsToDo => Action is not "AUTO_SEND_EMAIL";

    public static DemoStep AutoMail(int days, string subject, string body) => new("AUTO_SEND_EMAIL", TimeSpan.FromDays(days), subject, body);

    public static DemoStep HandMail(int days, string subject, string body) => new("SEND_EMAIL", TimeSpan.FromDays(days), subject, body);

    /// <param name="subject">Where the server has sent no mail before it, whose thread it could go on in: a person has, or the seed only says so.</param>
    public static DemoStep AutoReply(int days, string subject, string body) => new("AUTO_SEND_EMAIL", TimeSpan.FromDays(days), subject, body, IsReply: true);

    /// <summary>In the thread of the mail before, under its subject.</summary>
    public static DemoStep Reply(int days, string body) => new("SEND_EMAIL", TimeSpan.FromDays(days), null, body, IsReply: true);

    public static DemoStep Call(int days, string body) => new("CALL", TimeSpan.FromDays(days), null, body);

    public static DemoStep Connect(int days, string body) => new("LINKEDIN_CONNECT", TimeSpan.FromDays(days), null, body);

    public static DemoStep Message(int days, string body) => new("LINKEDIN_MESSAGE", TimeSpan.FromDays(days), null, body);

    public static DemoStep Custom(int days, string subject, string body) => new("CUSTOM", TimeSpan.FromDays(days), subject, body);
}
