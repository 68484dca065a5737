using Sluice.Server.Http;

namespace Sluice.Server.Api.OAuth;

/// <param name="IsDev">Whether anybody may consent, because the data is made up. In <c>serve</c> an admin's key must.</param>
/// <param name="AutoApproves">Whether every request is consented to at once, without a page; only in <c>sluice dev</c>.</param>
/// <param name="PublicUrl">The URL of this server from outside, without a slash at its end; null: the one that was called.</param>
internal sealed record OAuthSettings(bool IsDev, bool AutoApproves, string? PublicUrl)
{
    public string BaseUrlOf(HttpRequest request, long companyId) => CompanyUrl.Of(PublicUrl ?? $"{request.Scheme}://{request.Host}", companyId);
}
