namespace Sluice.Client;

// Users and workspaces.
public sealed partial class SluiceClient
{
    /// <summary>Lists the users of the company, in the order of their ids.</summary>
    public IAsyncEnumerable<User> ListUsersAsync(CancellationToken ct = default) => PagesAsync(
        cursor => GetAsync(Query.To("/v2/users", ("cursor", cursor)), SluiceJson.Default.UsersAnswer, ct), page => page.Users, page => page.Records, ct);

    /// <summary>Lists users that meet a filter.</summary>
    public IAsyncEnumerable<User> ListUsersAsync(UserFilter filter, CancellationToken ct = default) => PagesAsync(
        cursor => ReadAsync("/v2/users/extensive", new UsersRequest(cursor, filter), SluiceJson.Default.UsersRequest, SluiceJson.Default.UsersAnswer, ct),
        page => page.Users,
        page => page.Records,
        ct);

    /// <summary>Reads a user.</summary>
    /// <exception cref="SluiceException">404 if there is none with this id.</exception>
    public async Task<User> GetUserAsync(UserId id, CancellationToken ct = default) =>
        (await GetAsync($"/v2/users/{Uri.EscapeDataString(id.Value)}", SluiceJson.Default.UserAnswer, ct).ConfigureAwait(false)).User ?? new User();

    /// <summary>Lists the workspaces of the company.</summary>
    public async Task<IReadOnlyList<Workspace>> ListWorkspacesAsync(CancellationToken ct = default) =>
        (await GetAsync("/v2/workspaces", SluiceJson.Default.WorkspacesAnswer, ct).ConfigureAwait(false)).Workspaces ?? [];
}
