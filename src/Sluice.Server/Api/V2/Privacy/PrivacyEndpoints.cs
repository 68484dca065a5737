using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Privacy;

internal static class PrivacyEndpoints
{
    private const string Read = "api:data-privacy:read";
    private const string Delete = "api:data-privacy:delete";

    public static void MapPrivacy(this IEndpointRouteBuilder api)
    {
        var privacy = api.MapGroup("/v2/data-privacy");

        privacy.MapGet("/data-for-email-address", FindByEmail).Needs(Read, lists403: false).WithDescription(PrivacyDescription.FindByEmail);
        privacy.MapGet("/data-for-phone-number", FindByPhone).Needs(Read, lists403: false).WithDescription(PrivacyDescription.FindByPhone);
        privacy.MapPost("/erase-data-for-email-address", EraseByEmail).Needs(Delete, lists403: false).WithDescription(PrivacyDescription.EraseByEmail);
        privacy.MapPost("/erase-data-for-phone-number", EraseByPhone).Needs(Delete, lists403: false).WithDescription(PrivacyDescription.EraseByPhone);
    }

    private static async Task<IResult> FindByEmail(Call call, FindPersonalData find)
    {
        var parameters = call.ReadQuery();
        var key = ReadEmail(parameters);
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        var found = await find.RunAsync(call.CompanyId, key!, call.Ct);
        return new Answer<EmailDataAnswer>(
            new(call.RequestId, Emails(found, call.Caller.TimeZone), [], [], CustomerData.Of(found.Records), []), PrivacyJson.Default.EmailDataAnswer);
    }

    private static async Task<IResult> FindByPhone(Call call, FindPersonalData find)
    {
        var parameters = call.ReadQuery();
        var key = ReadPhone(parameters);
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        var found = await find.RunAsync(call.CompanyId, key!, call.Ct);
        List<string> phones = [.. found.Records.Select(record => record.PhoneNumber).OfType<string>().Distinct(StringComparer.Ordinal)];
        List<string> emails = [.. found.Records.Select(record => record.Email).OfType<string>().DistinctBy(EmailAddress.Key)];
        return new Answer<PhoneDataAnswer>(
            new(call.RequestId, key!.Text, phones, emails, Emails(found, call.Caller.TimeZone), [], [], CustomerData.Of(found.Records), []), PrivacyJson.Default.PhoneDataAnswer);
    }

    private static Task<IResult> EraseByEmail(Call call, RequestErasure erase, ErasureWorker worker)
    {
        var parameters = call.ReadQuery();
        return EraseAsync(call, parameters, ReadEmail(parameters), erase, worker);
    }

    private static Task<IResult> EraseByPhone(Call call, RequestErasure erase, ErasureWorker worker)
    {
        var parameters = call.ReadQuery();
        return EraseAsync(call, parameters, ReadPhone(parameters), erase, worker);
    }

    private static async Task<IResult> EraseAsync(Call call, RequestReader parameters, AddressKey? key, RequestErasure erase, ErasureWorker worker)
    {
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        var asked = await erase.RunAsync(key!, mayBeMany: false, call.ToActor(null), call.Ct);
        if (asked.Id is null)
        {
            return ApiError.Faults([$"{asked.Records} records have this {(key!.IsPhone ? "phone number" : "email address")}, and one request erases at most {RequestErasure.MaxRecords}: an operator can erase them with sluice privacy erase --yes-all"]); // [inf]
        }

        worker.Wake();
        return new Answer<ErasedAnswer>(new(call.RequestId), PrivacyJson.Default.ErasedAnswer);
    }

    private static List<ReferringEmail> Emails(PersonalData found, DateTimeZone zone) => [.. found.Mails.Select(mail => ReferringEmail.Of(mail, zone))];

    /// <returns>Null: the parameter is refused.</returns>
    private static AddressKey? ReadEmail(RequestReader parameters) => parameters.Email("emailAddress") is { Length: > 0 } email && EmailAddress.IsValid(email) ? AddressKey.OfEmail(email) : null;

    /// <returns>Null: the parameter is refused.</returns>
    private static AddressKey? ReadPhone(RequestReader parameters)
    {
        const string Name = "phoneNumber";
        var text = parameters.RequiredText(Name);

        // A plus that the client did not encode arrives as a blank, as in every form.
        var key = AddressKey.FindPhone(text.StartsWith(' ') ? $"+{text.Trim()}" : text);
        if (key is null && text.Length > 0)
        {
            parameters.Fault($"{Name}: {RequestReader.Echo(text)} is not a valid phone number: it should begin with + and the country code"); // [inf]
        }

        return key;
    }
}
