using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Users;

// The JSON of the user endpoints and nothing else: clients see every change in this file.
internal sealed record UsersAnswer(string RequestId, PageRecords Records, IReadOnlyList<UserItem> Users);

internal sealed record UserAnswer(string RequestId, UserItem User);

/// <summary>A user as clients see it. Optional fields that are not set are present, as null or [] [rec].</summary>
internal sealed record UserItem(
    string Id,
    string EmailAddress,
    string Created,
    bool Active,
    IReadOnlyList<string> EmailAliases,
    string? TrustedEmailAddress,
    string FirstName,
    string LastName,
    string? Title,
    string? PhoneNumber,
    string? Extension,
    IReadOnlyList<string> PersonalMeetingUrls,
    UserSettings Settings,
    string? ManagerId,
    string? MeetingConsentPageUrl,
    IReadOnlyList<string>? ConferencingProviders,
    IReadOnlyList<SpokenLanguage> SpokenLanguages)
{
    public static UserItem From(User user, DateTimeZone zone) => new(
        WireId.Write(user.Id),
        user.Email,
        WireTime.Write(user.CreatedAt, zone),
        user.Active,
        user.Profile.EmailAliases,
        user.Profile.TrustedEmailAddress,
        user.FirstName,
        user.LastName,
        user.Title,
        user.PhoneNumber,
        user.Extension,
        user.Profile.PersonalMeetingUrls,
        user.Profile.Settings,
        user.ManagerId is { } manager ? WireId.Write(manager) : null,
        user.Profile.MeetingConsentPageUrl,
        null, // Null in every recording, although the other lists are [] [rec].
        user.Profile.SpokenLanguages);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(UserAnswer))]
internal sealed partial class UserJson : JsonSerializerContext;
