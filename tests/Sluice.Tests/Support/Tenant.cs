using System.Net.Http.Headers;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Tests.Support;

/// <summary>A company with a key, a workspace, a user and a flow: all that a call needs.</summary>
internal sealed record Tenant(Company Company, ApiKeyCredentials Key, Workspace Workspace, User User, Flow Flow)
{
    public long Id => Company.Id;
}

internal static class Credential
{
    public static AuthenticationHeaderValue Basic(this ApiKeyCredentials key) => Basic(key.AccessKey, key.AccessKeySecret);

    public static AuthenticationHeaderValue Basic(string accessKey, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{accessKey}:{secret}")));

    public static AuthenticationHeaderValue Bearer(this ApiKeyCredentials key) => new("Bearer", key.BearerToken);
}
