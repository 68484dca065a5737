using System.Diagnostics;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Makes the spans of the engine: one for each step that begins, one for each mail that is handed over. If nobody listens, each method costs
/// one comparison. No attribute carries an address, a name, a subject or a text.
/// </summary>
internal static class Spans
{
    public const string SourceName = "Sluice.Engine";

    /// <summary>The spans of requests have this attribute too, so a backend can join them with the steps.</summary>
    public const string RequestId = "requestId";

    /// <summary>What became of a mail; the same words as in the metric <c>sluice.mails</c>.</summary>
    public const string Outcome = "outcome";

    private const string FlowInstanceId = "flowInstanceId";
    private const string MessageId = "messageId";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly RecentSpans<string> Requests = new();
    private static readonly RecentSpans<long> Steps = new();

    /// <summary>Whether somebody listens. Work that only spans need is done only then.</summary>
    public static bool AreWanted => Source.HasListeners();

    /// <summary>Remembers the span of the current request, so that the steps of the instances that the request assigns can link to it.</summary>
    public static void RememberRequest(string? requestId)
    {
        if (AreWanted && requestId is not null && Activity.Current is { IsAllDataRequested: true } request)
        {
            Requests.Add(requestId, request.Context);
        }
    }

    /// <summary>Makes the span of a step that has begun. Called before the step is committed, because its mail may be sent right after that.</summary>
    /// <param name="requestId">The request that assigned the instance; null: unknown.</param>
    /// <param name="messageId">The mail of the step; null: it has none.</param>
    /// <returns>Null: nobody listens.</returns>
    public static Activity? BeginStep(long flowInstanceId, string? requestId, long? messageId)
    {
        var span = Begin("step", ActivityKind.Internal, requestId is null ? null : Requests.Find(requestId));
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(FlowInstanceId, WireId.Write(flowInstanceId));
            span.SetTag(RequestId, requestId);
            if (messageId is { } id)
            {
                span.SetTag(MessageId, WireId.Write(id));
                Steps.Add(id, span.Context);
            }
        }

        return span;
    }

    /// <summary>Makes the span of one attempt to hand over a mail.</summary>
    /// <returns>Null: nobody listens.</returns>
    public static Activity? BeginMail(long flowInstanceId, long messageId)
    {
        if (!AreWanted)
        {
            return null;
        }

        var span = Begin("mail", ActivityKind.Client, Steps.Find(messageId));
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(FlowInstanceId, WireId.Write(flowInstanceId));
            span.SetTag(MessageId, WireId.Write(messageId));
        }

        return span;
    }

    /// <summary>Does not make the span the current one: the spans of a batch overlap, and none of them is the parent of another.</summary>
    private static Activity? Begin(string name, ActivityKind kind, ActivityContext? cause)
    {
        var current = Activity.Current;
        var span = Source.StartActivity(name, kind, parentContext: default, links: cause is { } linked ? [new ActivityLink(linked)] : null);
        Activity.Current = current;
        return span;
    }
}
