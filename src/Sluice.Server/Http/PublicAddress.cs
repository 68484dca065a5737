namespace Sluice.Server.Http;

/// <summary>Writes the link of an invitation.</summary>
/// <param name="PublicUrl">The URL of this server from outside, without a slash at its end; null: the one that was called.</param>
internal sealed record PublicAddress(string? PublicUrl)
{
    public string Of(HttpRequest request, string token) => $"{PublicUrl ?? $"{request.Scheme}://{request.Host}"}/console/invitation?token={token}";
}
