namespace Sluice.Engine.Tasks;

/// <summary>Which to-dos of all kinds to list.</summary>
/// <param name="UserId">Null: all users.</param>
/// <param name="Status">As in the database. Null: all.</param>
/// <param name="FlowInstanceId">Null: no filter; also includes manual to-dos.</param>
internal sealed record ToDoPage(long? UserId, string? Status, long? FlowInstanceId, int Limit)
{
    public DateTimeOffset? DueFrom { get; init; }

    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>Earliest due first; otherwise newest first.</summary>
    public bool ByDue { get; init; }

    /// <summary>The last to-do of the previous page; null: the first page.</summary>
    public long? LastId { get; init; }

    public DateTimeOffset? LastDue { get; init; }
}
