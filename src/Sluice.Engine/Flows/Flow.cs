using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows;

/// <summary>An ordered list of steps, known elsewhere as a cadence or sequence.</summary>
internal sealed record Flow(
    long CompanyId,
    long Id,
    long WorkspaceId,
    long? FolderId,
    long OwnerId,
    string Name,
    string? Description,
    FlowVisibility Visibility,
    bool Exclusive,
    bool Enabled,
    DateTimeOffset CreatedAt)
{
    /// <summary>Grows with every change of its steps.</summary>
    public long Version { get; init; } = 1;

    /// <summary>What it does about replies and meetings; null: the default.</summary>
    public long? RulesetId { get; init; }

    /// <summary>When its automatic mail leaves, and on which days its steps are due.</summary>
    public SendingWindow Window { get; init; } = SendingWindow.Default;

    /// <summary>Whose it is decides what it is called: a flow that somebody shared is Shared to those who got it [doc].</summary>
    public FlowVisibility VisibilityTo(long userId) =>
        Visibility == FlowVisibility.Company || OwnerId == userId ? Visibility : FlowVisibility.Shared;
}

/// <param name="Begins">Minutes of the owner's day.</param>
/// <param name="Ends">Minutes of the owner's day, after <paramref name="Begins"/>; at most 1440.</param>
/// <param name="WorkingDays">Bits: Monday 1, Tuesday 2, … Sunday 64. At least one.</param>
internal sealed record SendingWindow(int Begins, int Ends, int WorkingDays)
{
    /// <summary>08:00 to 18:00 from Monday to Friday [doc].</summary>
    public static readonly SendingWindow Default = new(8 * 60, 18 * 60, 0b001_1111);
}

/// <summary>The numbers are what the database holds, the names what the wire says [doc].</summary>
internal enum FlowVisibility
{
    Company = 0,
    Personal = 1,
    Shared = 2,
}

internal sealed record Folder(long CompanyId, long Id, long? ParentId, long WorkspaceId, long OwnerId, string Name, FlowVisibility Visibility);

/// <param name="Order">From 1.</param>
/// <param name="Action">As on the wire, one of <see cref="Actions"/> [doc].</param>
/// <param name="WaitMinutes">Before it; a day is 1440.</param>
/// <param name="Body">HTML with placeholders.</param>
internal sealed record Step(
    long CompanyId, long FlowId, int Order, long Id, string Action, int WaitMinutes, string? Subject, string? Body, bool IsReply)
{
    /// <summary>The one action that the server does by itself; all others are for people.</summary>
    public const string AutomaticMail = "AUTO_SEND_EMAIL";

    public static readonly IReadOnlyList<string> Actions = ["SEND_EMAIL", AutomaticMail, "CALL", "LINKEDIN_CONNECT", "LINKEDIN_MESSAGE", "CUSTOM"];

    /// <summary>What it was called when it was written; null: nothing.</summary>
    public string? OwnKey { get; init; }

    /// <summary>What it is called in files: unique in its flow, and the same wherever it moves.</summary>
    public string Key => OwnKey ?? WireId.Write(Id);
}
