using System.Text.Json.Serialization;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Flows;

internal static class FolderEndpoints
{
    public static void MapFolders(this IEndpointRouteBuilder api) =>
        api.MapGet("/v2/flows/folders", List).Needs("api:flows:read").WithDescription(FlowDescription.Folders);

    private static async Task<IResult> List(
        Call call, FolderStore folders, UserStore users, PageSize size, Profile profile, TimeProvider clock)
    {
        var parameters = call.ReadQuery();
        var email = parameters.Email("flowFolderOwnerEmail");
        var (parentId, workspaceId, cursor) = (parameters.OptionalId("parentId"), parameters.OptionalId("workspaceId"), parameters.OptionalText("cursor", isKept: false));
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        var boundTo = $"folders {EmailAddress.Key(email)} {parentId} {workspaceId}";
        if (Cursor.Read(cursor, call.Caller, boundTo, clock.GetUtcNow()) is not { } at)
        {
            return ApiError.BadCursor;
        }

        if (await users.FindByEmailAsync(call.CompanyId, email, call.Ct) is not { } user)
        {
            return ApiError.UnknownUser(profile, email);
        }

        if (profile.RefuseOwnerWithoutSeat && !user.MayOwnInstances)
        {
            return ApiError.NoSeat(email);
        }

        var found = await folders.ListVisibleAsync(new FolderQuery(call.CompanyId, user.Id, parentId, workspaceId), at.After, size.Items, call.Ct);
        var hasShared = parentId is null or FolderItem.SharedWithYouId;
        var total = (found.FirstOrDefault()?.Total ?? 0) + (hasShared ? 1 : 0);
        var items = found.ConvertAll(one => FolderItem.From(one.Folder));
        if (hasShared && at == Cursor.FirstPage)
        {
            items.Insert(0, FolderItem.SharedWithYou);
        }

        var page = Page<FolderItem>.Cut(items, size.Items, total, at, item => item.NumericId, next => next.Write(call.Caller, boundTo, clock.GetUtcNow()));
        return new Answer<FoldersAnswer>(new(call.RequestId, page.Records, page.Items, page.Items), FolderJson.Default.FoldersAnswer);
    }
}

/// <summary>The answer has the same list twice: the imitated live service names it <c>flowsFolders</c> [rec], its document <c>flows</c> [doc].</summary>
internal sealed record FoldersAnswer(string RequestId, PageRecords Records, IReadOnlyList<FolderItem> FlowsFolders, IReadOnlyList<FolderItem> Flows);

internal sealed record FolderItem(string Id, string Name, string? ParentFolderId, string? CreatedById, string Visibility)
{
    public const long SharedWithYouId = 100;

    /// <summary>A virtual folder that every user has. Its empty fields contain the string "null" [rec].</summary>
    public static readonly FolderItem SharedWithYou = new("100", "Shared With You", "null", "null", "Shared") { NumericId = SharedWithYouId };

    [JsonIgnore]
    public long NumericId { get; private init; }

    public static FolderItem From(Folder folder) =>
        new(WireId.Write(folder.Id), folder.Name, folder.ParentId is { } parent ? WireId.Write(parent) : null, WireId.Write(folder.OwnerId), folder.Visibility.ToString()) { NumericId = folder.Id };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FoldersAnswer))]
internal sealed partial class FolderJson : JsonSerializerContext;
