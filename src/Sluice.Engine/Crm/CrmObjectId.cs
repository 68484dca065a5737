using Sluice.Engine.Primitives;

namespace Sluice.Engine.Crm;

/// <summary>The ids that a client gives to its objects and requests [doc].</summary>
internal static class CrmObjectId
{
    private const int MaxLength = 64;

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>An object's id has letters, digits and dashes, or is an e-mail address.</summary>
    /// <returns>What follows the field's name; null: the id is good.</returns>
    public static string? WhyNot(string id) =>
        id.Length > MaxLength ? $"is longer than {MaxLength} characters"
        : id.Contains('\0', StringComparison.Ordinal) ? "should hold no NUL"
        : id.AsSpan().ContainsAnyExcept(Plain) && !EmailAddress.IsValid(id) ? "should hold only letters, digits and dashes, or be an email address"
        : null;

    /// <summary>A request's id has letters, digits, dashes and underscores.</summary>
    public static string? WhyNoRequestId(string id) =>
        id.Replace("_", "", StringComparison.Ordinal).AsSpan().ContainsAnyExcept(Plain) ? "should hold only letters, digits, dashes and underscores" : null;
}
