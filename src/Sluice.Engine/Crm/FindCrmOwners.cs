using System.Text.Json;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Crm;

/// <summary>
/// Finds the users of this server behind the user ids of a CRM: a BUSINESS_USER stands for the user with its address [doc]. A deal names its
/// owner in this way.
/// </summary>
internal sealed class FindCrmOwners(IDbSession db)
{
    /// <returns>The user of each of these objects: of a DEAL its owner, of a BUSINESS_USER the user for whom it stands. Objects without a user are absent.</returns>
    public async Task<Dictionary<string, User>> OfAsync(long companyId, long integrationId, string objectType, IReadOnlyList<StoredCrmObject> objects, CancellationToken ct)
    {
        if (objectType is not (CrmObjectType.Deal or CrmObjectType.BusinessUser))
        {
            return [];
        }

        var isDeal = objectType == CrmObjectType.Deal;
        var named = objects.Select(one => (one.Id, Of: isDeal ? TextOf(one, "ownerId") : one.Id)).Where(one => one.Of is not null).ToList();
        var businessUsers = isDeal
            ? await new CrmObjectStore(db).FindAsync(companyId, integrationId, CrmObjectType.BusinessUser, [.. named.Select(one => one.Of!).Distinct(StringComparer.Ordinal)], ct)
            : objects;
        var users = await FindUsersAsync(companyId, businessUsers, ct);
        return named.Where(one => users.ContainsKey(one.Of!)).ToDictionary(one => one.Id, one => users[one.Of!], StringComparer.Ordinal);
    }

    private async Task<Dictionary<string, User>> FindUsersAsync(long companyId, IReadOnlyList<StoredCrmObject> businessUsers, CancellationToken ct)
    {
        var users = new Dictionary<string, User>(StringComparer.Ordinal);
        foreach (var one in businessUsers)
        {
            if (TextOf(one, "emailAddress") is { } address && await new UserStore(db).FindByEmailAsync(companyId, address, ct) is { } user)
            {
                users.Add(one.Id, user);
            }
        }

        return users;
    }

    private static string? TextOf(StoredCrmObject one, string name)
    {
        using var document = JsonDocument.Parse(one.Content);
        return CrmField.TextOf(document.RootElement, name) is { Length: > 0 } text ? text : null;
    }
}
