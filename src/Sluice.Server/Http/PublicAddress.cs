namespace Sluice.Server.Http;

/// <summary>Writes URLs of this server that its callers keep, or pass on to others.</summary>
/// <param name="PublicUrl">The URL of this server from outside, without a slash at its end; null: the one that was called.</param>
internal sealed record PublicAddress(string? PublicUrl)
{
    public const string CallbackPath = "/console/sign-in/oidc/callback";

    public string BaseUrlOf(HttpRequest request, long companyId) => CompanyUrl.Of(RootOf(request), companyId);

    public string InvitationOf(HttpRequest request, string token) => $"{RootOf(request)}/console/invitation?token={token}";

    /// <summary>Where the provider of the console's sign-in sends a browser back to.</summary>
    public string CallbackOf(HttpRequest request) => $"{RootOf(request)}{CallbackPath}";

    private string RootOf(HttpRequest request) => PublicUrl ?? $"{request.Scheme}://{request.Host}";
}
