using Microsoft.AspNetCore.Http.Features;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>What the gate needs to know of a route: carried by it as metadata, so that no route can forget it.</summary>
/// <param name="Scope">What the caller's key must hold, e.g. <c>api:flows:read</c> [doc].</param>
/// <param name="Body">What it reads from the request.</param>
/// <param name="Lists403">Whether the operation's page lists 403 [doc].</param>
/// <param name="IsCounted">Whether a call counts against the company's limits.</param>
/// <param name="MaxBytes">How large the body may be.</param>
/// <param name="Parameters">The names of its query parameters. Under <c>/sluice/v1</c> the gate refuses all others.</param>
internal sealed record Operation(string Scope, BodyKind Body, bool Lists403, bool IsCounted, int MaxBytes, IReadOnlyList<string> Parameters)
{
    /// <summary>Strict for everything under <c>/sluice/v1</c>, whose operations all need this scope.</summary>
    public ReaderStyle Style => Scope == Scopes.Manage ? ReaderStyle.Strict : ReaderStyle.Lenient;
}

/// <summary>What the gate reads before an operation runs. None: nothing, or more than fits in memory.</summary>
internal enum BodyKind
{
    None,
    JsonObject,
    JsonList,
}

internal static class OperationRoutes
{
    /// <summary>What the gate left for the handler. A route that is not <see cref="Needs">marked</see> has none of it.</summary>
    public static T GetRequired<T>(this IFeatureCollection features)
        where T : class =>
        features.Get<T>() ?? throw new InvalidOperationException($"The route says nothing of what it needs, so there is no {typeof(T).Name}");

    public static RouteHandlerBuilder Needs(
        this RouteHandlerBuilder route,
        string scope,
        BodyKind body = BodyKind.None,
        bool lists403 = true,
        bool isCounted = true,
        int maxBytes = RequestBody.MaxBytes,
        IReadOnlyList<string>? parameters = null) =>
        route.WithMetadata(new Operation(scope, body, lists403, isCounted, maxBytes, parameters ?? []));
}
