using System.Data.Common;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail;

internal sealed class MessageStore(IDbSession db)
{
    /// <summary>Of a message in a limit queue, the queue says until when and why it waits.</summary>
    public static readonly SqlText Columns = new("""
        m.company_id, m.id, m.flow_instance_id, m.prospect_id, m.step_id, m.attempt, m.sender_id, m.sender_address, m.sender_name, m.recipient,
        m.subject, m.body, m.message_id, m.in_reply_to, m.state, m.created_at, m.tries, m.fence, m.error, m.sent_at, m.limit_queue_id, m.answers, m.follows,
        coalesce((select q.opens_at from limit_queues q where q.company_id = m.company_id and q.id = m.limit_queue_id), m.due_at) as due_at,
        coalesce((select q.hold_reason from limit_queues q where q.company_id = m.company_id and q.id = m.limit_queue_id), m.hold_reason) as hold_reason,
        coalesce((select q.hold_limit from limit_queues q where q.company_id = m.company_id and q.id = m.limit_queue_id), m.hold_limit) as hold_limit
        """);

    /// <summary>The columns of the table itself. Of a message in a limit queue, the queue knows more: see <see cref="Columns"/>.</summary>
    public static readonly SqlText OwnColumns = new("""
        company_id, id, flow_instance_id, prospect_id, step_id, attempt, sender_id, sender_address, sender_name, recipient,
        subject, body, message_id, in_reply_to, state, due_at, created_at, tries, fence, error, sent_at, hold_reason, hold_limit, limit_queue_id, answers, follows
        """);

    /// <summary>Inserts messages. A second one of the same instance, step and attempt aborts the transaction (unique index): the last guard.</summary>
    public Task AddAsync(IReadOnlyList<Message> messages, CancellationToken ct) => db.ExecuteAsync($"""
        insert into messages (company_id, id, flow_instance_id, prospect_id, step_id, attempt, sender_id, sender_address, sender_name, recipient,
                              recipient_key, recipient_domain, subject, body, message_id, in_reply_to, state, due_at, tries, fence, lease_until, created_at, answers, follows)
        select company_id, id, flow_instance_id, prospect_id, step_id, attempt, sender_id, sender_address, sender_name, recipient,
               recipient_key, recipient_domain, subject, body, message_id, in_reply_to, state, due_at, 0, 0, 0, created_at, answers, follows
        from {ToTable(messages).OneByOne()} m
        """, ct);

    /// <summary>Cancels the messages of these instances that are not being sent yet: the queued and the held ones. Index messages_step.</summary>
    public Task CancelByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) =>
        MoveAsync(companyId, flowInstanceIds, [MessageState.Queued, MessageState.Held], MessageState.Cancelled, ct);

    public Task HoldByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) =>
        MoveAsync(companyId, flowInstanceIds, [MessageState.Queued], MessageState.Held, ct);

    public Task ReleaseByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) =>
        MoveAsync(companyId, flowInstanceIds, [MessageState.Held], MessageState.Queued, ct);

    /// <summary>
    /// Marks mail of steps sent that is uncertain or being sent; a bounce proves that the mail was sent. Increments the fencing token, so that a worker
    /// that is still sending the message cannot settle it any more. Index messages_step.
    /// </summary>
    public Task<List<Message>> MarkSentAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        update messages
        set state = 'sent',
            fence = fence + 1,
            hold_reason = null,
            hold_limit = null,
            error = null
        where company_id = {companyId}
          and flow_instance_id {SqlTable.In(flowInstanceIds)}
          and answers is null
          and state in ('sending', 'uncertain')
        returning {OwnColumns}
        """, Read, ct);

    /// <summary>Makes queued messages due now, in no limit queue, because the reason why they wait may no longer apply. Index messages_step.</summary>
    public Task MakeDueNowAsync(long companyId, IReadOnlyList<long> flowInstanceIds, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set due_at = {now},
            limit_queue_id = null
        where company_id = {companyId}
          and flow_instance_id {SqlTable.In(flowInstanceIds)}
          and state = 'queued' and (due_at > {now} or limit_queue_id is not null)
        """, ct);

    /// <summary>Lists up to 1000 messages of an instance, oldest first. Index messages_step.</summary>
    public Task<List<Message>> ListByInstanceAsync(long companyId, long flowInstanceId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId} and m.flow_instance_id = {flowInstanceId}
        order by m.created_at, m.id
        limit 1000
        """, Read, ct);

    /// <summary>Lists the Message-IDs of these instances, and of each the one that it answers. Index messages_step.</summary>
    public Task<List<(string MessageId, string? InReplyTo, string? Follows)>> ListThreadsAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        select m.message_id, m.in_reply_to, m.follows
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join messages m
        where m.company_id = {companyId} and m.flow_instance_id = asked.value
        order by m.id
        """, row => (row.Text("message_id"), row.TextOrNull("in_reply_to"), row.TextOrNull("follows")), ct);

    /// <returns>The subject of the first mail of an instance that left or may have left; null if none did. Index messages_step.</returns>
    public async Task<string?> FindFirstSubjectAsync(long companyId, long flowInstanceId, CancellationToken ct) => (await db.QueryAsync($"""
        select m.subject
        from messages m
        where m.company_id = {companyId} and m.flow_instance_id = {flowInstanceId} and m.sent_at is not null
        order by m.sent_at, m.id
        limit 1
        """, row => row.GetString(0), ct)).SingleOrDefault();

    /// <summary>Finds the last sent or uncertain mail of each of these instances; a reply step answers it. Index messages_step.</summary>
    public Task<List<Message>> ListLastSentAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId} and m.flow_instance_id {SqlTable.In(flowInstanceIds)} and m.state in ('sent', 'uncertain')
          and m.id = (
            select max(l.id)
            from messages l
            where l.company_id = {companyId} and l.flow_instance_id = m.flow_instance_id and l.state in ('sent', 'uncertain'))
        """, Read, ct);

    /// <summary>Uses the primary key.</summary>
    public async Task<Message?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId} and m.id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Lists messages, newest first. Uses index messages_step for one instance, else reads the primary key from its end.</summary>
    /// <param name="flowInstanceId">Null: all instances.</param>
    /// <param name="state">Null: all states.</param>
    /// <param name="before">The id with which the previous page ended; null: the first page.</param>
    public Task<List<Message>> ListAsync(long companyId, long? flowInstanceId, string? state, long? before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId}
          and ({flowInstanceId} is null or m.flow_instance_id = {flowInstanceId})
          and ({state} is null or m.state = {state})
          and ({before} is null or m.id < {before})
        order by m.id desc
        limit {limit}
        """, Read, ct);

    /// <summary>Lists the answers of an instance, oldest first. Index messages_step.</summary>
    public Task<List<Message>> ListAnswersAsync(long companyId, long flowInstanceId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId} and m.flow_instance_id = {flowInstanceId} and m.step_id = {Message.NoStep}
        order by m.attempt
        """, Read, ct);

    /// <summary>Finds the messages with these Message-IDs that were sent or may have been, in the order of the given ids. Index messages_message_id.</summary>
    public Task<List<Message>> FindByMessageIdsAsync(long companyId, IReadOnlyList<string> messageIds, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from {SqlTable.Of(messageIds)} asked
        cross join messages m
        where m.company_id = {companyId} and m.message_id = asked.value and m.sent_at is not null
        order by asked.position
        """, Read, ct);

    /// <summary>Finds up to 100 messages that were sent to an address since a time, newest first. Index messages_recipient.</summary>
    public Task<List<Message>> FindSentToAsync(long companyId, string address, DateTimeOffset since, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId} and m.recipient_key = {EmailAddress.Key(address)} and m.sent_at >= {since}
        order by m.sent_at desc, m.id desc
        limit 100
        """, Read, ct);

    /// <summary>Finds which of these instances have sent mail since a time. Index messages_step.</summary>
    public Task<List<long>> FindWritersAsync(long companyId, IReadOnlyList<long> flowInstanceIds, DateTimeOffset since, CancellationToken ct) => db.QueryAsync($"""
        select distinct m.flow_instance_id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join messages m
        where m.company_id = {companyId} and m.flow_instance_id = asked.value and m.sent_at >= {since}
        """, row => row.GetInt64(0), ct);

    /// <summary>Lists up to 1000 uncertain messages; a person must say of each whether it was sent.</summary>
    public Task<List<Message>> ListUncertainAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from messages m
        where m.company_id = {companyId} and m.state = 'uncertain'
        order by m.id
        limit 1000
        """, Read, ct);

    /// <summary>
    /// Moves mail of steps, and no answers: whoever has written one wants it to leave, whatever becomes of the instance. Takes the messages out of their limit queues
    /// too. They still wait until their queue would have opened.
    /// </summary>
    private Task<int> MoveAsync(long companyId, IReadOnlyList<long> flowInstanceIds, IReadOnlyList<MessageState> from, MessageState to, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set state = {MessageStates.Word(to)},
            due_at = coalesce((select q.opens_at from limit_queues q where q.company_id = messages.company_id and q.id = messages.limit_queue_id), due_at),
            hold_reason = coalesce((select q.hold_reason from limit_queues q where q.company_id = messages.company_id and q.id = messages.limit_queue_id), hold_reason),
            hold_limit = coalesce((select q.hold_limit from limit_queues q where q.company_id = messages.company_id and q.id = messages.limit_queue_id), hold_limit),
            limit_queue_id = null
        where company_id = {companyId}
          and flow_instance_id {SqlTable.In(flowInstanceIds)}
          and answers is null
          and state {SqlTable.In([.. from.Select(MessageStates.Word)])}
        """, ct);

    private static SqlTable<Message> ToTable(IReadOnlyList<Message> messages) => SqlTable.Rows(messages)
        .Integer("company_id", message => message.CompanyId)
        .Integer("id", message => message.Id)
        .Integer("flow_instance_id", message => message.FlowInstanceId)
        .Integer("prospect_id", message => message.ProspectId)
        .Integer("step_id", message => message.StepId)
        .Integer("attempt", message => message.Attempt)
        .Integer("sender_id", message => message.SenderId)
        .Text("sender_address", message => message.SenderAddress)
        .Text("sender_name", message => message.SenderName)
        .Text("recipient", message => message.Recipient)
        .Text("recipient_key", message => EmailAddress.Key(message.Recipient))
        .Text("recipient_domain", message => Message.DomainOf(message.Recipient))
        .Text("subject", message => message.Subject)
        .Text("body", message => message.Body)
        .Text("message_id", message => message.MessageId)
        .Text("in_reply_to", message => message.InReplyTo)
        .Text("answers", message => message.Answers)
        .Text("follows", message => message.Follows)
        .Text("state", message => MessageStates.Word(message.State))
        .Time("due_at", message => message.DueAt)
        .Time("created_at", message => message.CreatedAt);

    public static Message Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Integer("flow_instance_id"),
        row.Integer("prospect_id"),
        row.Integer("step_id"),
        row.Int("attempt"),
        row.Integer("sender_id"),
        row.Text("sender_address"),
        row.Text("sender_name"),
        row.Text("recipient"),
        row.Text("subject"),
        row.Text("body"),
        row.Text("message_id"),
        row.TextOrNull("in_reply_to"),
        MessageStates.Read(row.Text("state")),
        row.Time("due_at"),
        row.Time("created_at"),
        row.Int("tries"),
        row.Integer("fence"),
        row.TextOrNull("hold_reason") is { } reason ? new Hold(HoldReasons.Read(reason), (int?)row.IntegerOrNull("hold_limit")) : null,
        row.TextOrNull("error"),
        row.TimeOrNull("sent_at"))
    {
        LimitQueueId = row.IntegerOrNull("limit_queue_id"),
        Answers = row.TextOrNull("answers"),
        Follows = row.TextOrNull("follows"),
    };
}
