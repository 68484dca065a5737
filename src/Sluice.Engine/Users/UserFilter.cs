using System.Globalization;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Users;

/// <param name="CreatedFrom">Only users created at this time or later; null: no limit.</param>
/// <param name="CreatedTo">Only users created before this time; null: no limit.</param>
/// <param name="Ids">Only these users; empty: all.</param>
internal sealed record UserFilter(DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, IReadOnlyList<long> Ids)
{
    public static readonly UserFilter All = new(null, null, []);

    public static UserFilter Read(RequestReader fields) => new(
        fields.OptionalTime("createdFromDateTime", isKept: false), fields.OptionalTime("createdToDateTime", isKept: false), fields.OptionalIds("userIds"));

    /// <summary>Gives the same text for equal filters. A cursor is valid only for the filter with this text.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{CreatedFrom?.ToUnixTimeMilliseconds()} {CreatedTo?.ToUnixTimeMilliseconds()} {string.Join(',', Ids)}");
}
