using System.Globalization;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Users;

/// <param name="CreatedFrom">At or after; null: from ever.</param>
/// <param name="CreatedTo">Before; null: until now.</param>
/// <param name="Ids">None: all.</param>
internal sealed record UserFilter(DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, IReadOnlyList<long> Ids)
{
    public static readonly UserFilter All = new(null, null, []);

    public static UserFilter Read(Fields fields) => new(
        fields.OptionalTime("createdFromDateTime"), fields.OptionalTime("createdToDateTime"), fields.OptionalIds("userIds"));

    /// <summary>The same for the same filter: a cursor is bound to it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{CreatedFrom?.ToUnixTimeMilliseconds()} {CreatedTo?.ToUnixTimeMilliseconds()} {string.Join(',', Ids)}");
}
