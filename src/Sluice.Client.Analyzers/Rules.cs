using Microsoft.CodeAnalysis;

namespace Sluice.Client.Analyzers;

/// <summary>What the analyzers warn about. docs/client.md explains each.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor NumberAsId = Make(
        "SLUICE001",
        "An id is made from a number",
        "This {0} is made from a number of type {1}: ids of the API are texts, and JSON readers round them when they read them as numbers. Keep the text that the API sent.");

    public static readonly DiagnosticDescriptor CursorInFilter = Make(
        "SLUICE002",
        "A cursor is inside the filter",
        "The cursor stands inside the filter, where the API ignores it and sends the first page again. Put it beside the filter.");

    public static readonly DiagnosticDescriptor WriteRepeated = Make(
        "SLUICE003",
        "A write is repeated without its idempotency key",
        "{0}: each call of a write has an idempotency key of its own, so a second call may do it twice. {1}.");

    private static DiagnosticDescriptor Make(string id, string title, string message) => new(id, title, message, "Sluice", DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
