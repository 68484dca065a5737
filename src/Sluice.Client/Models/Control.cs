using System.Text.Json;

namespace Sluice.Client;

/// <summary>What the clock of <c>sluice dev</c> shows.</summary>
/// <param name="Now">The time.</param>
/// <param name="Frozen">True if it stands still until somebody moves it.</param>
public sealed record ClockReading(DateTimeOffset Now, bool Frozen);

/// <summary>A mail of a flow.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FlowInstanceId">The flow instance that it belongs to.</param>
/// <param name="State">Such as sent, queued, held or failed. <c>sluice dev</c> captures mail, and calls it sent.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The recipient.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Body">The text, as HTML.</param>
/// <param name="MessageId">The header Message-ID.</param>
/// <param name="SentAt">When it left; null if it has not.</param>
/// <param name="Error">Why it has not.</param>
public sealed record FlowMessage(
    string Id, FlowInstanceId FlowInstanceId, string State, string From, string To, string Subject, string Body, string MessageId, DateTimeOffset? SentAt, string? Error);

/// <summary>What a prospect did.</summary>
/// <param name="Type">reply, bounce, auto_reply, meeting_booked, unsubscribe, call_back or complaint.</param>
/// <param name="MessageId">A new id: each counts once.</param>
/// <param name="FlowInstanceId">The flow instance; null: the server finds it by the other fields.</param>
/// <param name="From">The prospect's address.</param>
/// <param name="InReplyTo">The Message-ID of the mail that it answers.</param>
/// <param name="Recipient">Of a bounce: who did not get the mail.</param>
public sealed record InboundReport(string Type, string MessageId, FlowInstanceId? FlowInstanceId = null, string? From = null, string? InReplyTo = null, string? Recipient = null);

/// <summary>The state of a flow instance.</summary>
/// <param name="FlowInstanceId">Its id.</param>
/// <param name="FlowInstanceStatus">Its status.</param>
/// <param name="PauseReason">Why it is paused; null if it is not.</param>
/// <param name="FinishReason">Why it has ended; null if it has not.</param>
public sealed record FlowInstanceState(FlowInstanceId FlowInstanceId, FlowInstanceStatus FlowInstanceStatus, PauseReason? PauseReason, string? FinishReason);

/// <summary>Why a flow instance is where it is.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Sentence">Why.</param>
/// <param name="NextAt">When something happens next by itself; null if nothing will.</param>
/// <param name="History">What happened to it, the oldest first.</param>
public sealed record Explanation(FlowInstanceStatus Status, string Sentence, DateTimeOffset? NextAt, IReadOnlyList<ExplainedEvent>? History);

/// <summary>Something that happened to a flow instance.</summary>
/// <param name="At">When.</param>
/// <param name="Type">What.</param>
/// <param name="By">By whom.</param>
/// <param name="Detail">More about it, as the server writes it.</param>
public sealed record ExplainedEvent(DateTimeOffset At, string Type, string By, JsonElement? Detail);
