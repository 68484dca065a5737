using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows;

/// <summary>An ordered list of steps. Other products call it a cadence or a sequence.</summary>
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
    /// <summary>Grows with every change of the flow's steps.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The ruleset for replies and meetings. Null: the default ruleset.</summary>
    public long? RulesetId { get; init; }

    /// <summary>When the flow sends automatic mail, and on which days its steps are due.</summary>
    public SendingWindow Window { get; init; } = SendingWindow.Default;

    /// <summary>Returns the visibility as this user sees it: a Personal flow of another user, shared with this user, appears as Shared [doc].</summary>
    public FlowVisibility VisibilityTo(long userId) =>
        Visibility == FlowVisibility.Company || OwnerId == userId ? Visibility : FlowVisibility.Shared;
}

/// <param name="Begins">Minutes after midnight in the owner's time zone.</param>
/// <param name="Ends">Minutes after midnight in the owner's time zone, later than <paramref name="Begins"/>; at most 1440.</param>
/// <param name="WorkingDays">Bit set: Monday 1, Tuesday 2, … Sunday 64. At least one day.</param>
internal sealed record SendingWindow(int Begins, int Ends, int WorkingDays)
{
    /// <summary>08:00 to 18:00 from Monday to Friday [doc].</summary>
    public static readonly SendingWindow Default = new(8 * 60, 18 * 60, 0b001_1111);
}

/// <summary>The database stores the numbers; /v2 shows the names [doc].</summary>
internal enum FlowVisibility
{
    Company = 0,
    Personal = 1,
    Shared = 2,
}

internal sealed record Folder(long CompanyId, long Id, long? ParentId, long WorkspaceId, long OwnerId, string Name, FlowVisibility Visibility);

/// <param name="Order">Position in the flow, from 1.</param>
/// <param name="Action">As /v2 spells it: one of <see cref="Actions"/> [doc].</param>
/// <param name="WaitMinutes">The wait before the step; 1440 is one day.</param>
/// <param name="Body">HTML with placeholders.</param>
internal sealed record Step(
    long CompanyId, long FlowId, int Order, long Id, string Action, int WaitMinutes, string? Subject, string? Body, bool IsReply)
{
    /// <summary>The only action that the server performs itself. A person performs all others.</summary>
    public const string AutomaticMail = "AUTO_SEND_EMAIL";

    /// <summary>A mail that a person writes and sends.</summary>
    public const string Mail = "SEND_EMAIL";

    public static readonly IReadOnlyList<string> Actions = [Mail, AutomaticMail, "CALL", "LINKEDIN_CONNECT", "LINKEDIN_MESSAGE", "CUSTOM"];

    /// <summary>The key that the author gave the step. Null: none.</summary>
    public string? AuthoredKey { get; init; }

    /// <summary>The step's name in flow files: unique in its flow, and unchanged if the step moves.</summary>
    public string Key => AuthoredKey ?? WireId.Write(Id);
}
