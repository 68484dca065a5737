using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// Refuses a form that no page of the console has written, before its handler runs: a page of a stranger can make a browser send a form, but cannot read
/// the token that our pages put into theirs. Stands before all routes of the console, so that a new form cannot forget it.
/// </summary>
internal sealed class FormGuard(RequestDelegate next, FormGuard.Tokens tokens)
{
    public const string TokenField = "_token";

    /// <summary>The field of a form that has the password of something else than a person.</summary>
    public const string SecretField = "password";

    /// <summary>The field of a form that has what a person writes to another one.</summary>
    public const string LetterField = "text";

    private const string FormType = "application/x-www-form-urlencoded";
    private const string FileFormType = "multipart/form-data";
    private const int MaxBytes = 64 * 1024;

    /// <summary>A chosen file stays in memory: it is short, and the server may have no folder to write it into.</summary>
    private static readonly FormOptions InMemory = new() { MemoryBufferThreshold = 4 * 1024 * 1024 };

    public Task InvokeAsync(HttpContext http)
    {
        var of = http.GetEndpoint()?.Metadata;
        var isOfStranger = of?.GetMetadata<StrangersForm>() is not null;
        return (isOfStranger || of?.GetMetadata<Operation>() is { IsPage: true }) && !HttpMethods.IsGet(http.Request.Method) ? CheckAsync(http, isOfStranger) : next(http);
    }

    private async Task CheckAsync(HttpContext http, bool isOfStranger) =>
        await (await WhyNotAsync(http) is { } sentence
            ? ConsolePage.Refuse(http, StatusCodes.Status403Forbidden, "Nothing was changed", sentence, signedIn: !isOfStranger).ExecuteAsync(http)
            : next(http));

    /// <returns>Why the form is refused; null: it is one of ours.</returns>
    private async Task<string?> WhyNotAsync(HttpContext http)
    {
        var isLong = http.GetEndpoint()?.Metadata.GetMetadata<LongForm>();
        if (!IsForm(http.Request, isLong?.MaxBytes ?? MaxBytes, isLong?.HasFile ?? false))
        {
            return "This is not a form of the console, or it is too long. Go back, shorten what you have written, and send it again.";
        }

        var form = await ReadAsync(http.Request);
        return form is not null && tokens.Of(http) is { } token && Tokens.AreEqual(token, form[TokenField].ToString())
            ? null
            : "The page with this form is from another session, or from before the server was started again. Go back, load the page again, and send the form once more.";
    }

    /// <summary>Whether a field must never be kept: neither in the audit, nor for a form that waits for a sign-in, nor on a page.</summary>
    public static bool IsSecret(string field) => field is TokenField or SecretField or "new" or "again";

    public static bool IsForm(HttpRequest request, int maxBytes = MaxBytes, bool mayHaveFile = false) =>
        request.ContentType?.Split(';')[0].Trim() is var type && (type is FormType || (mayHaveFile && type is FileFormType)) && request.ContentLength is { } length && length <= maxBytes;

    /// <returns>Null: it is no form that a page of ours could send.</returns>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(InMemory, request.HttpContext.RequestAborted);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return null; // More fields, or longer names, than any form of ours has; or the parts of a form with a file are broken.
        }
    }

    /// <summary>
    /// Makes tokens out of the secret that the browser has as a cookie, which another site cannot read, so every node makes the same. Where nobody signs
    /// in, out of a secret of this process: a restart ends the forms that are open.
    /// </summary>
    internal sealed class Tokens(Cookies cookies)
    {
        private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

        /// <returns>The token of the forms of this browser; null: it has no secret yet.</returns>
        public string? Of(HttpContext http) =>
            http.GetEndpoint()?.Metadata.GetMetadata<StrangersForm>() is not null ? cookies.FindForm(http.Request) is { } secret ? Of(secret) : null
            : http.Features.Get<Visitor>() is { } visitor ? Of(visitor.Cookie)
            : Make(_key, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{http.Features.GetRequired<Call>().Caller.CompanyId}"));

        public static string Of(string secret) => Make(Encoding.UTF8.GetBytes(secret), "form");

        public static bool AreEqual(string token, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(other));

        private static string Make(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>Marks a form into which a person may paste a long text.</summary>
/// <param name="HasFile">Whether a file may be chosen instead.</param>
internal sealed record LongForm(int MaxBytes, bool HasFile = false);

/// <summary>Marks a form for people who are not signed in.</summary>
internal sealed record StrangersForm;
