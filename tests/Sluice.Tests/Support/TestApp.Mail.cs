using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Support;

/// <remarks>Helpers for tests of mail. The flow here has two automatic mails; the second is sent a day later, as a reply to the first.</remarks>
internal sealed partial class TestApp
{
    public async Task<Flow> HasMailFlowAsync(string subject = "Hello {{recipient.first_name}}", string body = "<p>Hi {{recipient.first_name}}</p>", Tenant? of = null, Func<Flow, Flow>? change = null)
    {
        var always = new SendingWindow(0, 1440, 127);
        var flow = await HasFlowAsync("Mail flow", of: of, change: flow => change?.Invoke(flow with { Window = always }) ?? flow with { Window = always });
        await HasStepAsync(flow, 1, "AUTO_SEND_EMAIL", change: step => step with { Subject = subject, Body = body });
        await HasStepAsync(flow, 2, "AUTO_SEND_EMAIL", 1440, step => step with { Body = "<p>Still there?</p>", IsReply = true });
        return flow;
    }

    public async Task<Prospect> HasProspectWithEmailAsync(string crmId, string? email = null, Tenant? of = null, Func<Prospect, Prospect>? change = null)
    {
        var reader = await HasProspectAsync(crmId, of: of) with { FirstName = "Ada", Email = email ?? $"{crmId.ToLowerInvariant()}@example.org" };
        reader = change?.Invoke(reader) ?? reader;
        await new ProspectStore(Db).PutAsync([reader], CancellationToken.None);
        return reader;
    }

    /// <summary>Adds an instance that is due now.</summary>
    public async Task<Run> HasDueInstanceAsync(string crmId, Flow flow, Tenant? of = null)
    {
        await HasProspectWithEmailAsync(crmId, of: of);
        return await HasInstanceAsync(crmId, flow, of: of, change: instance => instance with { NextDueAt = Now });
    }

    /// <summary>Adds an instance whose first mail has been sent.</summary>
    public async Task<Run> HasInstanceWithSentMailAsync(string crmId, Flow flow, Tenant? of = null)
    {
        var instance = await HasDueInstanceAsync(crmId, flow, of);
        await RunAsync();
        return instance;
    }

    public Task<List<InstanceEvent>> RunAsync() => Engine.RunDueAsync(CancellationToken.None);

    public Task<List<Message>> MailOfAsync(Run instance) => new MessageStore(Db).ListByInstanceAsync(instance.CompanyId, instance.Id, CancellationToken.None);

    public async Task<Run> RunOfAsync(Run instance) => (await new RunStore(Db).FindAsync(instance.CompanyId, instance.Id, CancellationToken.None))!;

    public async Task<JsonArray> ListMessagesAsync(string query = "") => (await GetAsync($"/sluice/v1/messages{query}", await HasManageKeyAsync())).Json["messages"]!.AsArray();

    public async Task<Reply> ReceiveInboundAsync(object inbound, Tenant? of = null) => await PostAsync("/sluice/v1/inbound", inbound, await HasManageKeyAsync(of));

    public async Task<Reply> ReceiveRawAsync(byte[] raw, string type = "message/rfc822", string? coding = null)
    {
        var content = new ByteArrayContent(raw);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        return await SendAsync(HttpMethod.Post, "/sluice/v1/inbound", content, await HasManageKeyAsync());
    }

    /// <summary>Creates a key for <c>/sluice/v1</c>.</summary>
    public Task<ApiKeyCredentials> HasManageKeyAsync(Tenant? of = null) => HasKeyAsync([Scopes.Manage], of: of);

    public static string Wire(Run instance) => WireId.Write(instance.Id);
}
