using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Users;

namespace Sluice.Server.Api.Manage.Logins;

internal sealed record LoginsAnswer(string RequestId, IReadOnlyList<LoginItem> Logins);

internal sealed record LoginAnswer(string RequestId, LoginItem Login);

internal sealed record InvitationAnswer(string RequestId, LoginItem Login, Invitation Invitation);

/// <param name="Url">Only in the answer that makes it: the database stores the hash of its token.</param>
internal sealed record Invitation(string Url, DateTimeOffset ExpiresAt);

internal sealed record LoginRemoved(string RequestId, string Deleted);

/// <param name="Id">Of the user.</param>
/// <param name="InvitedUntil">Until when a link works that was made and not used.</param>
internal sealed record LoginItem(string Id, string Email, IReadOnlyList<string> Roles, bool HasPassword, bool HasSecondFactor, DateTimeOffset? InvitedUntil, DateTimeOffset CreatedAt)
{
    public static LoginItem From(Login login, User? user) => new(
        WireId.Write(login.UserId), user?.Email ?? "", RoleWords.Of(login.Roles), login.PasswordHash is not null, login.TotpSecret is not null, login.InviteExpiresAt, login.CreatedAt);
}

internal sealed record SessionsAnswer(string RequestId, IReadOnlyList<SessionItem> Sessions);

internal sealed record SessionEnded(string RequestId, string Deleted);

internal sealed record SessionItem(string Id, string UserId, string? Address, string? Browser, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static SessionItem From(Session one) => new(WireId.Write(one.Id), WireId.Write(one.UserId), one.Address, one.Browser, one.CreatedAt, one.ExpiresAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoginsAnswer))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(InvitationAnswer))]
[JsonSerializable(typeof(LoginRemoved))]
[JsonSerializable(typeof(SessionsAnswer))]
[JsonSerializable(typeof(SessionEnded))]
internal sealed partial class LoginJson : JsonSerializerContext;
