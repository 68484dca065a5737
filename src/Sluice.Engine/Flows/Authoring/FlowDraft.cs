using System.Globalization;
using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>
/// A flow as a request or a file describes it. It refers to everything by name and not by id, so that it means the same on another server.
/// </summary>
/// <param name="Folder">The path of its folder, such as <c>Outbound/Events</c>; null if it is in none.</param>
/// <param name="Owner">An e-mail address.</param>
/// <param name="SharedWith">E-mail addresses.</param>
/// <param name="Ruleset">Null: the default ruleset.</param>
internal sealed record FlowDraft(
    string Name,
    string Workspace,
    string? Folder,
    string Owner,
    string Visibility,
    IReadOnlyList<string> SharedWith,
    bool Exclusive,
    string? Description,
    bool Enabled,
    string? Ruleset,
    WindowDraft Window,
    IReadOnlyList<StepDraft> Steps)
{
    public static readonly FlowDraft Blank = new(
        "", Workspaces.Workspace.InitialName, null, "", nameof(FlowVisibility.Company), [], false, null, true, null, WindowDraft.Of(SendingWindow.Default), []);
}

/// <param name="From">A time of day such as <c>08:00</c>.</param>
/// <param name="To">A later time of day; <c>24:00</c> is midnight.</param>
/// <param name="Days">The days on which steps are due: Mon, Tue, …</param>
internal sealed record WindowDraft(string From, string To, IReadOnlyList<string> Days)
{
    public static readonly IReadOnlyList<string> Week = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static WindowDraft Of(SendingWindow window) => new(
        Clock(window.Begins), Clock(window.Ends), [.. Week.Where((_, day) => (window.WorkingDays & (1 << day)) != 0)]);

    public SendingWindow ToWindow() => new(Minutes(From)!.Value, Minutes(To)!.Value, Days.Sum(day => 1 << Week.Index().Single(one => one.Item == day).Index));

    /// <returns>Null if the text is not a time of day.</returns>
    public static int? Minutes(string text) =>
        text is [var a, var b, ':', var c, var d] && int.TryParse([a, b], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
        && int.TryParse([c, d], NumberStyles.None, CultureInfo.InvariantCulture, out var minute) && minute < 60 && (hour * 60) + minute <= 24 * 60
            ? (hour * 60) + minute
            : null;

    private static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
}

/// <param name="Id">Null if the key identifies the step, or the step is new.</param>
/// <param name="Key">The step's name in its flow: a step with the same key stays the same step. Null for a new step, whose id then is its key.</param>
internal sealed record StepDraft(
    string? Id,
    string? Key,
    string Action,
    WaitDraft? Wait,
    string? Subject,
    string? Body,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsReply)
{
    [JsonIgnore]
    public bool IsMail => Action is "SEND_EMAIL" or Step.AutomaticMail;

    public static StepDraft From(Step step) => new(
        WireId.Write(step.Id), step.Key, step.Action, WaitDraft.From(step.WaitMinutes), step.Subject, step.Body, step.IsReply);
}

/// <summary>A wait in whole days or in minutes; only one of them is set.</summary>
internal sealed record WaitDraft(int? Days, int? Minutes)
{
    public const int MinutesOfDay = 24 * 60;

    /// <returns>Null if there is no wait.</returns>
    public static WaitDraft? From(int minutes) => minutes == 0 ? null : minutes % MinutesOfDay == 0 ? new(minutes / MinutesOfDay, null) : new(null, minutes);

    public int ToMinutes() => ((Days ?? 0) * MinutesOfDay) + (Minutes ?? 0);
}

internal sealed record FolderDraft(string Name, string Workspace, string? Parent, string Owner, string Visibility)
{
    public static readonly FolderDraft Blank = new("", Workspaces.Workspace.InitialName, null, "", nameof(FlowVisibility.Company));
}

internal sealed record RulesetDraft(string Name, string OnReply, bool ReplyToDo, string OnMeeting, bool MeetingToDo, bool IgnoresCoolOff)
{
    /// <summary>How a flow without a ruleset behaves [doc].</summary>
    public static readonly RulesetDraft Blank = new("", "pause", true, "pause", true, false);

    public static RulesetDraft From(Ruleset one) => new(one.Name, one.OnReply, one.ReplyToDo, one.OnMeeting, one.MeetingToDo, one.IgnoresCoolOff);

    public Ruleset ToRuleset(long companyId, long id) => new(companyId, id, Name, OnReply, ReplyToDo, OnMeeting, MeetingToDo, IgnoresCoolOff);
}
