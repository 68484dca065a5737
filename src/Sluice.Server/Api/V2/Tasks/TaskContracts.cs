using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

namespace Sluice.Server.Api.V2.Tasks;

// This file holds only the JSON of tasks. Clients see every change in it. Ids in tasks are numbers [doc].
internal sealed record TasksAnswer(string RequestId, string CrmType, IReadOnlyList<TaskItem> Tasks);

internal sealed record TaskItem(
    long Id,
    long UserId,
    string Created,
    string Updated,
    string Status,
    string Type,
    IReadOnlyList<string> Actions,
    TaskContact? Account,
    TaskContact? Opportunity,
    string DueDate,
    TaskFlow? Flow,
    TaskContact Contact,
    IReadOnlyList<TaskContact> AdditionalContacts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title,
    TaskPriority Priority)
{
    public static TaskItem From(ListedToDo listed, DateTimeZone zone)
    {
        var todo = listed.ToDo;
        return new(
            todo.Id,
            todo.UserId,
            WireTime.Write(todo.CreatedAt, zone),
            WireTime.Write(todo.UpdatedAt, zone),
            ToDoStore.ToText(todo.Status),
            todo.FlowInstanceId is null ? "MANUAL" : "FLOW",
            [todo.Action],
            null,
            null,
            WireTime.Write(todo.DueAt, zone),
            TaskFlow.From(listed),
            TaskContact.From(listed.Contact!), // Only a task without a prospect has none, and no call is such a task.
            [],
            todo.FlowInstanceId is null ? todo.Title : null,
            new TaskPriority((int)todo.Priority, todo.Priority.ToString(), (int)todo.Priority));
    }
}

internal sealed record TaskFlow(long Id, string Name, TaskStep? Step)
{
    public static TaskFlow? From(ListedToDo listed) => listed is { ToDo.FlowId: { } id, FlowName: { } name }
        ? new(id, name, listed is { ToDo.StepId: { } step, StepNumber: { } number } ? new TaskStep(step, $"Step {number}", number) : null)
        : null;
}

internal sealed record TaskStep(long Id, string Name, int StepNumber);

/// <param name="Type">CONTACT or LEAD.</param>
internal sealed record TaskContact(string CrmId, string Type, TaskContactData Data)
{
    public static TaskContact From(ToDoContact contact) => new(
        contact.CrmId,
        contact.Type,
        new(contact.FirstName, contact.LastName, contact.Email, contact.PhoneNumber, contact.Title, contact.CompanyName));
}

internal sealed record TaskContactData(string? FirstName, string? LastName, string? EmailAddress, string? PhoneNumber, string? Title, string? CompanyName);

internal sealed record TaskPriority(int Id, string Name, int Weight);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TasksAnswer))]
internal sealed partial class TaskJson : JsonSerializerContext;
