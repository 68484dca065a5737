using System.Text.Json.Nodes;
using Sluice.Engine.Crm;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Engine.Webhooks;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>
/// Makes the JSON Schema of each type of event, for receivers. They allow no field that they do not name: a test holds the events of the server against them.
/// </summary>
internal static class EventSchemas
{
    private static readonly Lazy<string> Text = new(() => ApiDocument.Text(Make(), isIndented: true));

    private static readonly Input Actor = Optional("actor", Closed(Schema.Object(
        "Who caused it. Without it, the engine did.",
        Optional("apiKeyId", Schema.Id("The API key.")),
        Optional("userId", Schema.Id("The user in whose name the request was made.")),
        Optional("requestId", Schema.Text("The request.", "3pkb2r5oo1vn8irj1t6")))));

    private static readonly Input Prospect = Optional("crmProspectId", Schema.Text("The prospect. It is missing if the prospect's data was erased.", DemoExample.CrmId));

    private static readonly Input Reason = Optional("reason", Schema.Text("Why, in one word.", "manual"));

    private static readonly Input[] InFlow =
        [Required("flowInstanceId", Schema.Id("The flow instance.")), Required("flowId", Schema.Id("Its flow.")), Prospect];

    private static readonly Input[] OfInstance =
    [
        .. InFlow, Required("ownerId", Schema.Id("The user who owns the instance.")), Required("step", Schema.Count("The position of the step, from 1.")),
        Required("status", Schema.Enum("The status after it.", Enum.GetNames<InstanceStatus>())), Reason, Actor,
    ];

    private static readonly Input[] OfChange =
    [
        .. OfInstance, Required("oldStatus", Schema.Enum("The status before it.", Enum.GetNames<InstanceStatus>())),
        Optional("heard", Schema.Enum("What came from the prospect, in the first event that tells it.", EventData.HeardReply, EventData.HeardMeeting, EventData.HeardBounce, EventData.HeardOptOut, EventData.HeardComplaint)),
        Optional("heardStep", Schema.Count("The position of the step that it answers.")),
        Optional("stepDone", Schema.Flag("Of an end: the step was done, and no other one follows.")),
    ];

    private static readonly Input[] OfTask =
    [
        Required("taskId", Schema.Id("The task.")), Optional("flowInstanceId", Schema.Id("The flow instance. It is missing if the task belongs to none.")), Optional("flowId", Schema.Id("Its flow.")), Prospect,
        Required("ownerId", Schema.Id("The user who has to do it.")), Optional("stepId", Schema.Id("The step that asks for it.")),
        Required("kind", Schema.Enum("Why there is a task.", Enum.GetValues<TaskKind>().Select(kind => kind.Word()))), Required("action", Schema.Text("What to do.", "CALL")),
        Required("status", Schema.Enum("The status after it.", "OPEN", "DONE", "DISMISSED")), Optional("oldStatus", Schema.Enum("The status before it.", "OPEN", "DONE", "DISMISSED")),
        Optional("outcome", Schema.Text("The outcome of a call.", "Connected")), Actor,
    ];

    private static readonly Input[] OfMessage =
    [
        Required("messageId", Schema.Id("The message's id (not its Message-ID).")), .. InFlow, Required("ownerId", Schema.Id("The user in whose name it is sent.")), Optional("stepId", Schema.Id("The step. An answer that a person wrote has none.")),
        Required("status", Schema.Enum("The state after it.", MessageStates.All)), Optional("oldStatus", Schema.Enum("The state before it.", MessageStates.All)), Reason, Actor,
    ];

    private static readonly Input[] OfProspect =
    [
        Prospect, Optional("flowId", Schema.Id("The only flow of which the prospect wants no more mail.")),
        Required("reason", Schema.Enum("What the stop list says.", SuppressionKinds.All)), Actor,
    ];

    private static readonly Input[] OfMailbox =
    [
        Required("mailboxId", Schema.Id("The mailbox.")), Optional("ownerId", Schema.Id("Its user. It is missing if the mailbox is shared.")),
        Required("status", Schema.Enum("The state after it.", "paused", "failed", "active")), Required("oldStatus", Schema.Enum("The state before it.", "active", "failed")),
        Optional("reason", Schema.Enum("Why it does not work.", MailboxTroubles.All)), Actor,
    ];

    private static readonly Input[] OfWebhook =
    [
        Required("webhookId", Schema.Id("The webhook.")), Required("status", Schema.Enum("The state after it.", "disabled")),
        Required("reason", Schema.Enum("Why.", WebhookFeed.Gone, WebhookFeed.Failing)),
    ];

    private static readonly Input[] Counts = [Required("succeeded", Schema.Number("How many rows or lines are done.", 49)), Required("failed", Schema.Number("How many are not.", 1))];

    private static readonly Input[] OfBulk =
    [
        Required("jobId", Schema.Text("The job.", "6f1c3c1e-54ac-4b9a-8b57-2c4b6b6a3f5e")), Required("flowId", Schema.Id("The flow.")), Required("ownerId", Schema.Id("The user who owns the instances.")),
        Required("status", Schema.Enum("COMPLETED, even if rows failed.", "COMPLETED")), .. Counts, Actor,
    ];

    private static readonly Input[] OfUpload =
    [
        Required("integrationId", Schema.Id("The CRM integration.")), Required("clientRequestId", Schema.Text("The client's name for the upload.", "upload-1")),
        Required("objectType", Schema.Text("What was uploaded.", "CONTACT")), Required("status", Schema.Enum("DONE only if every line was good.", CrmRequest.Done, CrmRequest.Failed)), .. Counts,
    ];

    /// <summary>One schema for all events: a list of those of the types.</summary>
    public static string Document => Text.Value;

    private static JsonObject Make() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "An event of Sluice",
        ["oneOf"] = new JsonArray([.. EventTypes.All.Select(type => new JsonObject { ["$ref"] = $"#/$defs/{type}" })]),
        ["$defs"] = new JsonObject(EventTypes.All.Select(type => KeyValuePair.Create<string, JsonNode?>(type, Of(type)))),
    };

    private static JsonObject Of(string type)
    {
        var fields = FieldsOf(type);
        var known = new JsonObject { ["const"] = type };
        List<Input> envelope = [Required("id", Schema.Id("The event. Ids grow with time.")), Required("type", known), Required("at", Schema.Time("When it happened, in UTC."))];
        if (type.StartsWith("flow_instance.", StringComparison.Ordinal))
        {
            envelope.Add(Required("sequence", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["description"] = "The number of the event among those of its flow instance, without gaps." }));
        }

        return Closed(Schema.Object(EventTexts.Of(type), [.. envelope, Required("data", Closed(Schema.Object("What it is about.", fields)))]));
    }

    private static Input[] FieldsOf(string type) => type switch
    {
        EventTypes.Assigned => OfInstance,
        EventTypes.OptedOut or EventTypes.AddressInvalid => OfProspect,
        EventTypes.MailboxPaused or EventTypes.MailboxFailed or EventTypes.MailboxRecovered => OfMailbox,
        EventTypes.WebhookDisabled => OfWebhook,
        EventTypes.BulkCompleted => OfBulk,
        EventTypes.UploadCompleted => OfUpload,
        _ when type.StartsWith("flow_instance.", StringComparison.Ordinal) => OfChange,
        _ when type.StartsWith("task.", StringComparison.Ordinal) => OfTask,
        _ when type.StartsWith("message.", StringComparison.Ordinal) => OfMessage,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This type has no schema"),
    };

    private static JsonObject Closed(JsonObject schema)
    {
        schema["additionalProperties"] = false;
        return schema;
    }
}
