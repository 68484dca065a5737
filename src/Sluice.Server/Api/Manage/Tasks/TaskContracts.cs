using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;

namespace Sluice.Server.Api.Manage.Tasks;

internal sealed record ManagedTasksAnswer(string RequestId, IReadOnlyList<ManagedTask> Tasks);

/// <param name="FlowInstanceStatus">The status of the task's instance afterwards; absent if it has none.</param>
internal sealed record ManagedTaskAnswer(string RequestId, ManagedTask Task, string? FlowInstanceStatus);

/// <param name="Owner">E-mail address of the owner.</param>
/// <param name="Kind">step, response, bounced, meeting_booked, uncertain_mail, mailbox or manual.</param>
/// <param name="Outcome">The outcome of a call, or why the task was dismissed.</param>
/// <param name="CrmProspectId">Absent if the task is about the owner's mailbox.</param>
/// <param name="ProspectName">First and last name; absent if neither is known.</param>
/// <param name="Company">The value of <c>{{account_name}}</c>.</param>
/// <param name="Step">The step's place in the flow, from 1; absent if an edit has removed the step.</param>
internal sealed record ManagedTask(
    string Id,
    string Owner,
    string Kind,
    string Action,
    string? Title,
    string Status,
    string? Outcome,
    string Priority,
    string DueAt,
    string CreatedAt,
    string UpdatedAt,
    string? CrmProspectId,
    string? ProspectName,
    string? Company,
    string? PhoneNumber,
    string? FlowInstanceId,
    string? FlowId,
    string? FlowName,
    string? StepId,
    int? Step)
{
    public static ManagedTask From(ListedToDo listed, string owner, Prospect? prospect, DateTimeZone zone)
    {
        static string? Id(long? id) => id is { } number ? WireId.Write(number) : null;

        static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

        var (todo, contact) = (listed.ToDo, listed.Contact);
        var name = string.Join(' ', new[] { contact?.FirstName, contact?.LastName }.Select(Known).OfType<string>());
        return new(
            WireId.Write(todo.Id), owner, todo.Kind.Word(), todo.Action, todo.Title, ToDoStore.ToText(todo.Status), todo.Outcome, todo.Priority.ToString(),
            WireTime.Write(todo.DueAt, zone), WireTime.Write(todo.CreatedAt, zone), WireTime.Write(todo.UpdatedAt, zone), contact?.CrmId,
            Known(name), Known(contact?.CompanyName) ?? Known(prospect?.AccountName), Known(contact?.PhoneNumber),
            Id(todo.FlowInstanceId), Id(todo.FlowId), listed.FlowName, Id(todo.StepId), listed.StepNumber);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManagedTasksAnswer))]
[JsonSerializable(typeof(ManagedTaskAnswer))]
internal sealed partial class ManagedTaskJson : JsonSerializerContext;
