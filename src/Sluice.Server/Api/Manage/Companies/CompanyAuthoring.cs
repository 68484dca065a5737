using System.Text.Json.Serialization;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Companies;

/// <summary>Maps <c>/sluice/v1/company</c>: the settings of the caller's company.</summary>
internal static class CompanyAuthoring
{
    public static void MapCompanyAuthoring(this RouteGroupBuilder manage)
    {
        var company = manage.MapGroup("/company");

        company.MapGet("", Get).WithDescription(CompanyDescription.Get);
        company.MapPatch("", Change).ReadsObject().WithDescription(CompanyDescription.Change);
    }

    private static Task<IResult> Get(Call call, AuthoringRequests requests) => requests.ReadAsync(call, async request =>
        ToAnswer(request, await new CompanyStore(request.Session.Tx).GetAsync(call.CompanyId, call.Ct)));

    internal static Task<IResult> Change(Call call, AuthoringRequests requests) => requests.WriteAsync(call, async request =>
    {
        var changed = Read(request.Reader, await new CompanyStore(request.Session.Tx).GetAsync(call.CompanyId, call.Ct));
        if (!request.Reader.IsSound)
        {
            return request.Refusal;
        }

        await new CompanyStore(request.Session.Tx).UpdateAsync(changed, call.Ct);
        return ToAnswer(request, changed);
    });

    private static Company Read(RequestReader given, Company current)
    {
        var (admission, engine, mails) = (current.Admission, current.Engine, current.Engine.Limits);
        var changed = current with
        {
            TimeZone = ReadZone.From(given, current.TimeZone),
            Limits = new CompanyLimits(
                given.Integer("callsPerSecond", current.Limits.CallsPerSecond, 0, 100_000), given.Integer("callsPerDay", current.Limits.CallsPerDay, 0, int.MaxValue)),
            Admission = new AdmissionSettings(
                given.Flag("multipleFlowsAllowed", admission.MultipleFlowsAllowed),
                given.Integer("coolOffDays", admission.CoolOffDays, 0, 3650),
                given.Flag("createUnknownProspects", admission.CreateUnknownProspects)),
            Engine = new EngineSettings(
                given.Integer("toDoExpiryDays", engine.ToDoExpiryDays, 30, 120),
                new MailLimits(
                    given.Integer("mailsPerSenderDay", mails.SenderDay, 0, int.MaxValue),
                    given.Integer("mailsPerSenderWeek", mails.SenderWeek, 0, int.MaxValue),
                    given.Integer("mailsPerRecipientDay", mails.RecipientDay, 0, int.MaxValue),
                    given.Integer("mailsPerDomainDay", mails.DomainDay, 0, int.MaxValue),
                    given.Integer("mailsPerCompanyDay", mails.CompanyDay, 0, int.MaxValue)),
                given.Flag("unsubscribeLink", engine.UnsubscribeLink)),
        };
        return changed;
    }

    private static Answer<CompanyAnswer> ToAnswer(AuthoringRequest request, Company company) =>
        new(new(request.Call.RequestId, CompanyItem.From(company)), CompanyJson.Default.CompanyAnswer);
}

internal sealed record CompanyAnswer(string RequestId, CompanyItem Company);

internal sealed record CompanyItem(
    string Id,
    string Name,
    string TimeZone,
    int CallsPerSecond,
    int CallsPerDay,
    bool MultipleFlowsAllowed,
    int CoolOffDays,
    bool CreateUnknownProspects,
    int ToDoExpiryDays,
    int MailsPerSenderDay,
    int MailsPerSenderWeek,
    int MailsPerRecipientDay,
    int MailsPerDomainDay,
    int MailsPerCompanyDay,
    bool UnsubscribeLink)
{
    public static CompanyItem From(Company one) => new(
        WireId.Write(one.Id), one.Name, one.TimeZone, one.Limits.CallsPerSecond, one.Limits.CallsPerDay,
        one.Admission.MultipleFlowsAllowed, one.Admission.CoolOffDays, one.Admission.CreateUnknownProspects,
        one.Engine.ToDoExpiryDays, one.Engine.Limits.SenderDay, one.Engine.Limits.SenderWeek, one.Engine.Limits.RecipientDay,
        one.Engine.Limits.DomainDay, one.Engine.Limits.CompanyDay, one.Engine.UnsubscribeLink);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CompanyAnswer))]
internal sealed partial class CompanyJson : JsonSerializerContext;
