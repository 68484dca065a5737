using Microsoft.AspNetCore.Http.Features;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>What a route needs before it runs. Routes carry it as metadata, and the gate refuses a route without it.</summary>
/// <param name="Scope">The scope that the caller's key must hold, e.g. <c>api:flows:read</c> [doc].</param>
/// <param name="Body">What the gate reads from the request.</param>
/// <param name="Lists403">Whether the operation's page lists 403 [doc].</param>
/// <param name="IsCounted">Whether a call counts against the company's limits.</param>
/// <param name="MaxBytes">The largest body.</param>
/// <param name="Parameters">The names of its query parameters. Under <c>/sluice/v1</c> the gate refuses all others.</param>
internal sealed record Operation(string Scope, BodyKind Body, bool Lists403, bool IsCounted, int MaxBytes, IReadOnlyList<string> Parameters)
{
    /// <summary>Whether the operation's page lists 429 [doc].</summary>
    public bool Lists429 { get; init; } = true;

    /// <summary>Whether it changes nothing, as the name of its scope says. Some lists are read by a POST.</summary>
    public bool OnlyReads => Scope.EndsWith(":read", StringComparison.Ordinal);

    /// <summary>Whether it is a page for people: it reads its own forms, and an address with a mistake in it gets a page and not JSON.</summary>
    public bool IsPage { get; init; }

    /// <summary>A media type that the operation takes instead of JSON, and reads itself. Null: none.</summary>
    public string? RawType { get; init; }

    /// <summary>Whether the body is of <see cref="RawType"/>. The gate leaves it to the operation.</summary>
    public bool TakesRaw(HttpRequest request) =>
        RawType is not null && request.ContentType is { } type && type.Split(';')[0].Trim().Equals(RawType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Strict for everything under <c>/sluice/v1</c>, whose operations all need this scope.</summary>
    public ReaderStyle Style => Scope == Scopes.Manage && !IsPage ? ReaderStyle.Strict : ReaderStyle.Lenient;
}

/// <summary>What the gate reads before an operation runs. None: nothing, or the operation reads a body that does not fit in memory.</summary>
internal enum BodyKind
{
    None,
    JsonObject,
    JsonList,
}

/// <summary>What a route of a group reads from the request; carried as metadata until the group completes its <see cref="Operation"/>.</summary>
internal sealed record Reads(BodyKind Body, int MaxBytes, string? RawType = null);

/// <summary>The query parameters of a route of a group.</summary>
internal sealed record Takes(IReadOnlyList<string> Parameters);

/// <summary>Marks a route whose work should not be one transaction, even if the call carries an idempotency key. It may safely be done twice.</summary>
internal sealed record RunsApart;

/// <summary>Marks a route that anybody may call without a key. The gate refuses a route that has neither this nor an <see cref="Operation"/>.</summary>
internal sealed record OpenRoute;

internal static class OperationRoutes
{
    /// <summary>Returns what the gate left for the handler. Only a route with an <see cref="Operation"/> has it.</summary>
    public static T GetRequired<T>(this IFeatureCollection features)
        where T : class =>
        features.Get<T>() ?? throw new InvalidOperationException($"The route does not declare what it needs, so there is no {typeof(T).Name}");

    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, string scope, BodyKind body = BodyKind.None, bool lists403 = true, bool lists429 = true) =>
        route.WithMetadata(new Operation(scope, body, lists403, IsCounted: true, RequestBody.MaxBytes, []) { Lists429 = lists429 });

    /// <summary>Declares for every route of the group which scope it needs, and that calls do not count against the company's limits.</summary>
    public static RouteGroupBuilder NeedsUncounted(this RouteGroupBuilder group, string scope, bool isPage = false)
    {
        ((IEndpointConventionBuilder)group).Finally(route =>
        {
            var reads = route.Metadata.OfType<Reads>().LastOrDefault() ?? new Reads(BodyKind.None, RequestBody.MaxBytes);
            var takes = route.Metadata.OfType<Takes>().LastOrDefault() ?? new Takes([]);
            route.Metadata.Add(new Operation(scope, reads.Body, Lists403: true, IsCounted: false, reads.MaxBytes, takes.Parameters) { RawType = reads.RawType, IsPage = isPage });
        });
        return group;
    }

    /// <summary>Declares that a route of a group reads a JSON object.</summary>
    public static RouteHandlerBuilder ReadsObject(this RouteHandlerBuilder route, int maxBytes = RequestBody.MaxBytes) =>
        route.WithMetadata(new Reads(BodyKind.JsonObject, maxBytes));

    /// <summary>Declares that a route of a group reads a JSON object, or a body of another type, which it reads itself.</summary>
    public static RouteHandlerBuilder ReadsObjectOr(this RouteHandlerBuilder route, string rawType) => route.WithMetadata(new Reads(BodyKind.JsonObject, RequestBody.MaxBytes, rawType));

    /// <summary>Declares the query parameters of a route of a group. The gate refuses all others.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, params string[] parameters) => route.WithMetadata(new Takes(parameters));

    public static RouteHandlerBuilder Open(this RouteHandlerBuilder route) => route.WithMetadata(new OpenRoute());
}
