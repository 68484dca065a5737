namespace Sluice.Server.Http;

/// <summary>A feature of a request whose id is chosen before <see cref="RequestMiddleware"/>.</summary>
internal sealed record GivenRequestId(string Text);
