using System.Globalization;
using System.Text.Json;

namespace Sluice.Fuzz;

/// <summary>Valid bodies of <c>/sluice/v1</c>, which has no OpenAPI document. An operation that reads a body and has none here stops the run.</summary>
internal static class ManageSamples
{
    private static readonly string[] Zones = ["Europe/Berlin", "UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata"];

    private static readonly Dictionary<string, Func<Scene, string>> Bodies = new()
    {
        ["PATCH /sluice/v1/company"] = scene => $$"""{"timeZone":"{{Zones[scene.Random.Next(Zones.Length)]}}","callsPerDay":{{scene.Random.Next(5000)}},"coolOffDays":{{scene.Random.Next(40)}},"toDoExpiryDays":{{scene.Random.Next(30, 121)}},"createUnknownProspects":true,"mailsPerSenderDay":{{scene.Random.Next(2000)}}}""",
        ["POST /sluice/v1/users"] = scene => $$"""{"email":"u{{scene.Number()}}@example.com","firstName":"Ada","lastName":"L","title":"t","phoneNumber":"+1","timeZone":"Europe/Berlin","hasSeat":true,"emailAliases":["a{{scene.Number()}}@example.com"],"senderAddress":"s@example.com"}""",
        ["PATCH /sluice/v1/users/{id}"] = scene => $$"""{"lastName":"L{{scene.Random.Next(9)}}","active":true,"hasSeat":{{(scene.Random.Next(9) > 0 ? "true" : "false")}}}""",
        ["POST /sluice/v1/logins"] = scene => scene.Random.Next(2) == 0 ? $$"""{"email":"l{{scene.Number()}}@example.com","firstName":"Ada","lastName":"L","roles":["rep","manager"]}""" : $$"""{"email":"{{Pick(scene, "email")}}"}""",
        ["POST /sluice/v1/keys"] = scene => $$"""{"name":"fuzz-{{scene.Number()}}","scopes":["api:flows:read"],"networks":["10.0.0.0/8"],"expiresAt":"2077-01-01T00:00:00Z"}""",
        ["PATCH /sluice/v1/logins/{id}"] = scene => scene.Random.Next(2) == 0 ? """{"roles":["operator"]}""" : """{"roles":["rep","operator"]}""",
        ["POST /sluice/v1/flows"] = Flow,
        ["PUT /sluice/v1/flows/{id}"] = Flow,
        ["PATCH /sluice/v1/flows/{id}"] = scene => $$"""{"description":"d{{scene.Number()}}","enabled":true,"exclusive":false,"sharedWith":["{{Pick(scene, "email")}}"]}""",
        ["POST /sluice/v1/flows/{id}/duplicate"] = scene => $$"""{"name":"copy {{scene.Number()}}"}""",
        ["POST /sluice/v1/flows/{id}/versions/{version}/restore"] = scene => scene.Random.Next(2) == 0 ? "{}" : $$"""{"seen":{{scene.Random.Next(1, 4)}}}""",
        ["POST /sluice/v1/folders"] = Folder,
        ["PATCH /sluice/v1/folders/{id}"] = scene => $$"""{"name":"f{{scene.Number()}}","visibility":"Shared"}""",
        ["POST /sluice/v1/rulesets"] = Ruleset,
        ["PATCH /sluice/v1/rulesets/{id}"] = scene => $$"""{"onReply":"{{(scene.Random.Next(2) == 0 ? "stop" : "continue")}}","replyToDo":true}""",
        ["POST /sluice/v1/apply"] = scene => $$"""{"dryRun":{{(scene.Random.Next(3) == 0 ? "true" : "false")}},"documents":[{"kind":"ruleset",{{Ruleset(scene)[1..]}},{"kind":"folder",{{Folder(scene)[1..]}},{"kind":"flow",{{Flow(scene)[1..]}}]}""",
        ["PATCH /sluice/v1/prospects/{crmId}"] = scene => scene.Random.Next(3) > 0 ? $$"""{"email":"p{{scene.Number()}}@example.com"}""" : """{"optedOut":false,"doNotContact":false}""",
        ["POST /sluice/v1/plan"] = scene => $$"""{"flowId":"{{Pick(scene, "flow")}}","flowInstanceOwnerEmail":"{{Pick(scene, "email")}}","crmProspectsIds":["{{Pick(scene, "prospect")}}"],"coolOffOverride":true}""",
        ["POST /sluice/v1/flow-instances/{id}/pause"] = scene => scene.Random.Next(2) == 0 ? "{}" : """{"until":"2026-11-20T09:30Z"}""",
        ["POST /sluice/v1/flow-instances/{id}/reassign"] = scene => $$"""{"flowInstanceOwnerEmail":"{{Pick(scene, "email")}}"}""",
        ["POST /sluice/v1/tasks/{id}"] = scene => scene.Random.Next(2) == 0 ? """{"status":"DISMISSED"}""" : """{"status":"DONE"}""",
        ["POST /sluice/v1/tasks/{id}/snooze"] = scene => $$"""{"until":"{{TimeProvider.System.GetUtcNow().AddDays(2 + scene.Random.Next(20)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}T09:30Z"}""",
        ["POST /sluice/v1/prospects/import"] = scene => $$"""{"csv":"email,Vorname,phone\r\np{{scene.Number()}}@example.com,Ada,+1555\r\nnobody,\"a, b\"\r\n","columns":[{"name":"Vorname","field":"firstName"}],"dryRun":{{(scene.Random.Next(3) == 0 ? "true" : "false")}}}""",
        ["POST /sluice/v1/messages/{messageId}/resolve"] = scene => $$"""{"as":"{{(scene.Random.Next(2) == 0 ? "sent" : "not_sent")}}"}""",
        ["POST /sluice/v1/inbound"] = Inbound,
        ["POST /sluice/v1/inbound/answer"] = scene => $$"""{"messageId":"<{{Pick(scene, "heard")}}>","text":"Hi\n\n{{scene.Number()}}","subject":"Re: s","answered":{{scene.Random.Next(2)}}}""",
        ["POST /sluice/v1/tasks/{id}/mail"] = scene => scene.Random.Next(2) == 0 ? $$"""{"subject":"s{{scene.Number()}}","text":"t"}""" : "{}",
        ["POST /sluice/v1/crm/entities/read"] = scene => $$"""{"integrationId":"{{Pick(scene, "integration")}}","objectType":"DEAL","objectIds":["{{Pick(scene, "prospect")}}",{{scene.Random.Next(99)}}]}""",
        ["POST /sluice/v1/oauth-apps"] = scene => $$"""{"name":"app {{scene.Number()}}","redirectUris":["http://localhost:3000/callback"],"scopes":["api:flows:read"]}""",
        ["POST /sluice/v1/mailboxes"] = scene => $$"""{"address":"m{{scene.Number()}}@example.com","password":"p","smtp":{"host":"127.0.0.1","port":2525,"tls":"none"} }""",
        ["PATCH /sluice/v1/mailboxes/{id}"] = scene => scene.Random.Next(2) == 0 ? """{"paused":true}""" : """{"password":"q","provider":"fastmail","plusAddress":"all"}""",
        ["POST /sluice/v1/dkim-keys"] = scene => $$"""{"domain":"d{{scene.Number()}}.example","selector":"s1"}""",
        ["PATCH /sluice/v1/dkim-keys/{id}"] = scene => scene.Random.Next(2) == 0 ? """{"active":true}""" : """{"active":false}""",
        ["POST /sluice/v1/webhooks"] = scene => $$"""{"url":"http://127.0.0.1:1/{{scene.Number()}}","types":[],"description":"d","enabled":true,"ordered":{{(scene.Random.Next(2) == 0 ? "true" : "false")}},"includeText":true}""",
        ["PATCH /sluice/v1/webhooks/{id}"] = scene => scene.Random.Next(2) == 0 ? """{"enabled":false}""" : """{"enabled":true,"types":[],"description":"e"}""",
        ["POST /sluice/v1/webhooks/{id}/redeliver"] = scene => scene.Random.Next(2) == 0 ? "{}" : """{"status":"delivered","from":"2026-11-01T00:00:00Z","until":"2026-11-20T09:30Z","type":"task.created"}""",
        ["POST /sluice/v1/suppressions"] = scene => scene.Random.Next(4) switch
        {
            0 => $$"""{"address":"@d{{scene.Number()}}.example","reason":"r"}""",
            1 => $$"""{"address":"+1555{{scene.Random.Next(1000, 9999)}}","kind":"call_opt_out"}""",
            _ => $$"""{"address":"s{{scene.Number()}}@example.com","kind":"{{(scene.Random.Next(2) == 0 ? "unsubscribed" : "bounced")}}","reason":"r{{scene.Number()}}"}""",
        },
        ["POST /sluice/v1/suppressions/import"] = scene => $$"""{"csv":"address,kind,reason\r\ns{{scene.Number()}}@example.com,manual,\"a, b\"\r\n@d{{scene.Number()}}.example\r\nnobody\r\n"}""",
        ["POST /sluice/v1/clock"] = scene => scene.Random.Next(3) switch { 0 => """{"advance":"1h"}""", 1 => """{"set":"2026-11-03T09:30:00+0100"}""", _ => """{"freeze":true}""" },
        ["POST /sluice/v1/faults"] = scene => scene.Random.Next(2) == 0 ? """{"path":"/v2/flows","times":2,"status":429,"retryAfter":3}""" : """{"lost":true,"delayMs":1}""",
    };

    /// <returns>Null if the operation is not known here.</returns>
    public static string? Find(string operation, Scene scene) => Bodies.TryGetValue(operation, out var body) ? body(scene) : null;

    private static string Flow(Scene scene) => $$$"""
        {"name":"n{{{scene.Number()}}}","owner":"{{{Pick(scene, "email")}}}","visibility":"Company","exclusive":false,"description":"d","window":{"from":"00:00","to":"24:00","days":["Mon","Tue"]},"steps":[{"key":"a","action":"AUTO_SEND_EMAIL","subject":"Hello {{recipient.first_name}}","body":"<p>b</p>"},{"key":"b","action":"CALL","wait":{"days":1}},{"key":"c","action":"AUTO_SEND_EMAIL","wait":{"minutes":90},"body":"b","isReply":true}]}
        """;

    /// <summary>Picks a word for a JSON string: a CRM id may have any character.</summary>
    private static JsonEncodedText Pick(Scene scene, string kind) => JsonEncodedText.Encode(scene.Pick(kind));

    private static string Folder(Scene scene) => $$"""{"name":"f{{scene.Number()}}","owner":"{{Pick(scene, "email")}}","visibility":"Company"}""";

    private static string Ruleset(Scene scene) => $$"""{"name":"r{{scene.Number()}}","onReply":"pause","replyToDo":true,"onMeeting":"stop","meetingToDo":false,"ignoresCoolOff":true}""";

    private static string Inbound(Scene scene)
    {
        var (id, at) = (scene.Number(), scene.Random.Next(2) == 0 ? $"\"flowInstanceId\":\"{Pick(scene, "instance")}\"" : $"\"inReplyTo\":\"<{scene.Pick("messageId")}>\",\"references\":\"<a@b> <{scene.Pick("messageId")}>\"");
        return scene.Random.Next(5) switch
        {
            0 => $$"""{"type":"reply","messageId":"<{{id}}@x>",{{at}},"from":"{{Pick(scene, "address")}}"}""",
            1 => $$"""{"type":"auto_reply","messageId":"{{id}}",{{at}},"returnDate":"2026-11-12"}""",
            2 => $$"""{"type":"bounce","bounce":"soft","messageId":"{{id}}",{{at}},"recipient":"{{Pick(scene, "address")}}","reason":"550"}""",
            3 => $$"""{"type":"bounce","bounce":"hard","messageId":"{{id}}",{{at}}}""",
            _ => $$"""{"type":"meeting_booked","messageId":"{{id}}",{{at}}}""",
        };
    }
}
