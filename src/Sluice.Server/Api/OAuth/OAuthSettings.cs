namespace Sluice.Server.Api.OAuth;

/// <param name="IsDev">Whether anybody may consent, because the data is made up. In <c>serve</c> an admin's key must.</param>
/// <param name="AutoApproves">Whether every request is consented to at once, without a page; only in <c>sluice dev</c>.</param>
internal sealed record OAuthSettings(bool IsDev, bool AutoApproves);
