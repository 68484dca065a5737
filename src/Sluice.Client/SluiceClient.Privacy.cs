namespace Sluice.Client;

// What the server holds about a person.
public sealed partial class SluiceClient
{
    /// <summary>Reads what the server holds about an e-mail address.</summary>
    public Task<PersonalData> FindDataOfEmailAsync(string emailAddress, CancellationToken ct = default) =>
        GetAsync(Query.To("/v2/data-privacy/data-for-email-address", ("emailAddress", emailAddress)), SluiceJson.Default.PersonalData, ct);

    /// <summary>Reads what the server holds about a phone number, which begins with a plus.</summary>
    public Task<PersonalData> FindDataOfPhoneAsync(string phoneNumber, CancellationToken ct = default) =>
        GetAsync(Query.To("/v2/data-privacy/data-for-phone-number", ("phoneNumber", phoneNumber)), SluiceJson.Default.PersonalData, ct);

    /// <summary>Begins to erase all data of an e-mail address. There is no way back.</summary>
    public Task EraseDataOfEmailAsync(string emailAddress, CancellationToken ct = default) => WriteAsync(
        HttpMethod.Post, Query.To("/v2/data-privacy/erase-data-for-email-address", ("emailAddress", emailAddress)), SluiceJson.Default.DoneAnswer, ct);

    /// <summary>Begins to erase all data of a phone number, which begins with a plus. There is no way back.</summary>
    public Task EraseDataOfPhoneAsync(string phoneNumber, CancellationToken ct = default) => WriteAsync(
        HttpMethod.Post, Query.To("/v2/data-privacy/erase-data-for-phone-number", ("phoneNumber", phoneNumber)), SluiceJson.Default.DoneAnswer, ct);
}
