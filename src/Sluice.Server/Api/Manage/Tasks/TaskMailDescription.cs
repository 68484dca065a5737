using Sluice.Engine.Mail.Writing;
using Sluice.Server.Api.Manage.Mail;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Tasks;

/// <summary>The OpenAPI texts of the mail that a task asks for.</summary>
internal static class TaskMailDescription
{
    public static readonly OperationDescription Show = new(
        "showTaskMail", ManagedParts.Tasks, "Show the mail that a task asks for",
        "Returns the mail that the task's step asks for, with its placeholders filled in. What has no value stays in braces. If nothing can be sent, the answer is 409 and says why.")
    {
        Path = [ManagedParts.Id("The task's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = TaskMailJson.Default.TaskMailAnswer,
    };

    public static readonly OperationDescription Send = new(
        "sendTaskMail", ManagedParts.Tasks, "Send the mail that a task asks for",
        "Sends the mail of the task's step in the name of the owner of the flow instance, as it is offered or as a person has changed it, and closes the task as done. It leaves by the way of all mail "
        + "of the flow, within its sending window and the limits; the step is done when it has left.")
    {
        Path = [ManagedParts.Id("The task's id.")],
        Body = Schema.Object(
            "What is different from what is offered.",
            Optional("subject", Schema.Text("The subject.", "A question, Ada")),
            Optional("text", Schema.Text($"The body as plain text, at most {WrittenMail.MaxText} bytes. Without it, the step's own body leaves.", "Hi Ada,\n\nmay I call you on Monday?"))),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = MessageJson.Default.MessagesAnswer,
    };
}
