using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// Refuses a form that no page of the console has written, before its handler runs: a page of a stranger can make a browser send a form, but cannot read
/// the token that our pages put into theirs. Stands before all routes of the console, so that a new form cannot forget it.
/// </summary>
internal sealed class FormGuard(RequestDelegate next, FormGuard.Tokens tokens)
{
    public const string TokenField = "_token";

    private const string FormType = "application/x-www-form-urlencoded";
    private const int MaxBytes = 64 * 1024;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Operation>() is { IsPage: true } && !HttpMethods.IsGet(http.Request.Method) && await WhyNotAsync(http) is { } sentence)
        {
            await ConsolePage.Refuse(http, StatusCodes.Status403Forbidden, "Nothing was changed", sentence).ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    /// <returns>Why the form is refused; null: it is one of ours.</returns>
    private async Task<string?> WhyNotAsync(HttpContext http)
    {
        var request = http.Request;
        var most = http.GetEndpoint()?.Metadata.GetMetadata<LongForm>()?.MaxBytes ?? MaxBytes;
        if (request.ContentType?.Split(';')[0].Trim() is not FormType || request.ContentLength is not { } length || length > most)
        {
            return "This is not a form of the console, or it is too long. Go back, shorten what you have written, and send it again.";
        }

        var form = await ReadAsync(request);
        return form is not null && tokens.IsOf(http.Features.GetRequired<Call>().Caller, form[TokenField].ToString())
            ? null
            : "The page with this form is from another session, or from before the server was started again. Go back, load the page again, and send the form once more.";
    }

    private static async Task<IFormCollection?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null; // More fields, or longer names, than any form of ours has.
        }
    }

    /// <summary>Makes the tokens of this process: a restart ends the forms that are open.</summary>
    internal sealed class Tokens
    {
        private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

        public string Of(Caller caller) =>
            Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{caller.CompanyId} {caller.ApiKeyId}"))));

        public bool IsOf(Caller caller, string token) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(caller)), Encoding.UTF8.GetBytes(token));
    }
}

/// <summary>Marks a form into which a person may paste a file.</summary>
internal sealed record LongForm(int MaxBytes);
