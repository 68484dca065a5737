using System.Globalization;
using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>A flow as it is written, the same in a request and in a file: everything is called by name, so that it means the same on another server.</summary>
/// <param name="Folder">Its path: <c>Outbound/Events</c>. Null: in none.</param>
/// <param name="Owner">An e-mail address.</param>
/// <param name="SharedWith">E-mail addresses.</param>
/// <param name="Ruleset">Null: the default one.</param>
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

/// <param name="From">As on a clock: <c>08:00</c>.</param>
/// <param name="To">After it; <c>24:00</c> is midnight.</param>
/// <param name="Days">Mon, Tue, … on which its steps are due.</param>
internal sealed record WindowDraft(string From, string To, IReadOnlyList<string> Days)
{
    public static readonly IReadOnlyList<string> Week = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static WindowDraft Of(SendingWindow window) => new(
        Clock(window.Begins), Clock(window.Ends), [.. Week.Where((_, day) => (window.WorkingDays & (1 << day)) != 0)]);

    public SendingWindow ToWindow() => new(Minutes(From)!.Value, Minutes(To)!.Value, Days.Sum(day => 1 << Week.Index().Single(one => one.Item == day).Index));

    /// <returns>Null where it is no time of the day.</returns>
    public static int? Minutes(string text) =>
        text is [var a, var b, ':', var c, var d] && int.TryParse([a, b], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
        && int.TryParse([c, d], NumberStyles.None, CultureInfo.InvariantCulture, out var minute) && minute < 60 && (hour * 60) + minute <= 24 * 60
            ? (hour * 60) + minute
            : null;

    private static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
}

/// <param name="Id">Null: said by the key, or new.</param>
/// <param name="Key">Its name in its flow: whatever else of it changes, with the same key it is the same step. Null: new, and called by its id.</param>
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

/// <summary>Whole days or minutes, of which one is there.</summary>
internal sealed record WaitDraft(int? Days, int? Minutes)
{
    public const int MinutesOfDay = 24 * 60;

    /// <returns>Null: none.</returns>
    public static WaitDraft? From(int minutes) => minutes == 0 ? null : minutes % MinutesOfDay == 0 ? new(minutes / MinutesOfDay, null) : new(null, minutes);

    public int ToMinutes() => ((Days ?? 0) * MinutesOfDay) + (Minutes ?? 0);
}

internal sealed record FolderDraft(string Name, string Workspace, string? Parent, string Owner, string Visibility)
{
    public static readonly FolderDraft Blank = new("", Workspaces.Workspace.InitialName, null, "", nameof(FlowVisibility.Company));
}

internal sealed record RulesetDraft(string Name, string OnReply, bool ReplyToDo, string OnMeeting, bool MeetingToDo, bool IgnoresCoolOff)
{
    /// <summary>What a flow without a ruleset does [doc].</summary>
    public static readonly RulesetDraft Blank = new("", "pause", true, "pause", true, false);

    public static RulesetDraft From(Ruleset one) => new(one.Name, one.OnReply, one.ReplyToDo, one.OnMeeting, one.MeetingToDo, one.IgnoresCoolOff);

    public Ruleset ToRuleset(long companyId, long id) => new(companyId, id, Name, OnReply, ReplyToDo, OnMeeting, MeetingToDo, IgnoresCoolOff);
}
