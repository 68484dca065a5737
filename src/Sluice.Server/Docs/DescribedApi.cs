using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>One of the two APIs of this server, each with an OpenAPI document of its own.</summary>
/// <param name="Prefix">The beginning of its paths.</param>
/// <param name="Title">Its name; generators name their client after it.</param>
/// <param name="Version">Its version.</param>
/// <param name="DescribesEveryField">Whether each field of an answer must have a description.</param>
/// <param name="DescribesKeys">Whether each write has the parameter <c>Idempotency-Key</c>. The imitated API has none, and the parameter would change generated clients.</param>
/// <param name="About">What it is.</param>
internal sealed record DescribedApi(string Prefix, string Title, string Version, bool DescribesEveryField, bool DescribesKeys, Func<Profile, string> About)
{
    public static readonly DescribedApi V2 = new("/v2", "Sluice", "2", DescribesEveryField: true, DescribesKeys: false, profile => $"""
        The Flows API of Sluice. Every answer has a `requestId`; the header `x-traceid` has the same value.
        Ids are 64-bit integers, written as strings except where the schema says integer: never convert an id to a double.
        A write may carry the header `Idempotency-Key`, so that it can be sent again when its answer was lost. Sluice knows this header, the imitated API does not.
        Unknown fields and parameters are ignored. This document describes a server with the `{profile.Name}` wire profile.
        """.ReplaceLineEndings("\n"));

    public static readonly DescribedApi Manage = new("/sluice/v1", "Sluice Management", "1", DescribesEveryField: false, DescribesKeys: true, _ => """
        What Sluice has beside the Flows API: it writes flows, shows and changes flow instances, tasks, mail, users and prospects.
        Every answer has a `requestId`; the header `x-traceid` has the same value. Ids are strings. Unknown fields and parameters are refused.
        Calls do not count against the limits of the company.
        """.ReplaceLineEndings("\n"));
}
