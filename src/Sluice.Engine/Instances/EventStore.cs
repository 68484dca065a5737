using Sluice.Engine.Events;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The history of flow instances. It is append-only.</summary>
internal sealed class EventStore(IDbSession tx)
{
    public Task AddAsync(IReadOnlyList<InstanceEvent> events, CancellationToken ct) => tx.ExecuteAsync($"""
        insert into instance_events (company_id, flow_instance_id, id, at, kind, user_id, api_key_id, request_id, detail)
        select company_id, flow_instance_id, id, at, kind, user_id, api_key_id, request_id, detail
        from {ToTable(events).OneByOne()} e
        """, ct);

    /// <summary>Adds a large number of events at once.</summary>
    public Task ImportAsync(IReadOnlyList<InstanceEvent> events, CancellationToken ct) => tx.ImportAsync(new SqlText("instance_events"), ToTable(events), ct);

    /// <summary>Finds the requests that assigned these instances. Primary key.</summary>
    /// <returns>Request ids by instance; without the instances that no request assigned.</returns>
    public async Task<Dictionary<long, string>> FindAssigningRequestsAsync(long companyId, IReadOnlyList<long> instanceIds, CancellationToken ct) =>
        (await tx.QueryAsync($"""
            select e.flow_instance_id, e.request_id
            from {SqlTable.Of(instanceIds)} asked
            join instance_events e on e.company_id = {companyId} and e.flow_instance_id = asked.value
            where e.kind = {InstanceEvent.Assigned} and e.request_id is not null
            """, row => (InstanceId: row.GetInt64(0), RequestId: row.GetString(1)), ct))
        .DistinctBy(one => one.InstanceId).ToDictionary(one => one.InstanceId, one => one.RequestId);

    /// <returns>What has happened to an instance last, and when; null: nothing. Primary key.</returns>
    public async Task<(string Kind, DateTimeOffset At)?> FindLastAsync(long companyId, long flowInstanceId, CancellationToken ct) => (await tx.QueryAsync($"""
        select e.kind, e.at
        from instance_events e
        where e.company_id = {companyId} and e.flow_instance_id = {flowInstanceId}
        order by e.id desc
        limit 1
        """, row => ((string, DateTimeOffset)?)(row.Text("kind"), row.Time("at")), ct)).SingleOrDefault();

    private static SqlTable<InstanceEvent> ToTable(IReadOnlyList<InstanceEvent> events) => SqlTable.Rows(events)
        .Integer("company_id", one => one.By.CompanyId)
        .Integer("flow_instance_id", one => one.FlowInstanceId)
        .Integer("id", one => one.Id)
        .Time("at", one => one.At)
        .Text("kind", one => one.Kind)
        .Integer("user_id", one => one.By.UserId)
        .Integer("api_key_id", one => one.By.ApiKeyId)
        .Text("request_id", one => one.By.RequestId)
        .Text("detail", one => one.Detail);
}

/// <param name="Kind">What happened: one of the constants below, or the finish reason; see <see cref="EndInstances.EventOf"/>.</param>
/// <param name="Detail">JSON: the step, the reason, and the consequence.</param>
internal sealed record InstanceEvent(long Id, long FlowInstanceId, DateTimeOffset At, string Kind, Actor By, string? Detail = null)
{
    public const string Assigned = "assigned";
    public const string Removed = "removed";
    public const string Paused = "paused";
    public const string Replied = "replied";
    public const string Resumed = "resumed";
    public const string Reassigned = "reassigned";
    public const string StepBegun = "step_begun";
    public const string StepDone = "step_done";

    /// <summary>The task of a step was closed by mistake.</summary>
    public const string StepReopened = "step_reopened";

    /// <summary>A person has written the mail of a step.</summary>
    public const string MailWritten = "mail_written";

    /// <summary>A person has answered a message of the prospect.</summary>
    public const string Answered = "answered";

    /// <summary>The mail server refused an answer, or it could not leave for three days.</summary>
    public const string AnswerFailed = "answer_failed";
    public const string SoftBounce = "soft_bounce";
    public const string MailFailed = "mail_failed";
    public const string MailUncertain = "mail_uncertain";
    public const string Bounced = "bounced";
    public const string MeetingBooked = "meeting_booked";

    /// <summary>The last step is done and the prospect never replied.</summary>
    public const string Finished = "finished";

    /// <summary>Reads a kind from the database. In older rows, the kind of a removal may be its finish reason.</summary>
    public static string ReadKind(string stored) => stored == FinishReason.RemovedManually.Word() ? Removed : stored;
}

/// <summary>Who caused an event: the API key, the request, and the user that the request names, if any. All three are null if the engine caused it.</summary>
internal sealed record Actor(long CompanyId, long? ApiKeyId, string? RequestId, long? UserId)
{
    public static Actor Engine(long companyId) => new(companyId, null, null, null);

    /// <returns>Null: the engine.</returns>
    public EventActor? ToEventActor() => EventActor.Of(ApiKeyId, UserId, RequestId);

    public SuppressedBy ToSuppressedBy() => new(ApiKeyId, RequestId, UserId);
}
