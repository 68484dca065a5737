using System.Net;
using System.Text.RegularExpressions;
using Sluice.Engine.SignIn;
using Sluice.Engine.Users;

namespace Sluice.Tests.Server.Console;

/// <summary>A person with a browser of his own: it keeps cookies, and sends the token of the page that it has read last.</summary>
internal sealed partial class ConsoleVisitor(TestApp app)
{
    public const string Password = "correct horse battery staple";

    private string _token = "";

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Invites a user and sets the password by the link.</summary>
    public static async Task<ConsoleVisitor> SignedInAsync(TestApp app, string email, Roles roles, Tenant? of = null)
    {
        var visitor = new ConsoleVisitor(app);
        var entered = await visitor.UseInvitationAsync(await InviteAsync(app, email, roles, of));
        Assert.Equal((HttpStatusCode.SeeOther, "/console"), (entered.Status, entered.Location));
        return visitor;
    }

    /// <returns>The path of the link.</returns>
    public static async Task<string> InviteAsync(TestApp app, string email, Roles roles, Tenant? of = null)
    {
        var key = await app.HasManageKeyAsync(of);
        var reply = roles == Roles.None
            ? await app.PostAsync("/sluice/v1/logins", new { email }, key)
            : await app.PostAsync("/sluice/v1/logins", new { email, roles = RoleWords.Of(roles) }, key);
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        return new Uri(reply.Json["invitation"]!["url"]!.GetValue<string>()).PathAndQuery;
    }

    public static Task<User?> UserAsync(TestApp app, string email) => new UserStore(app.Db).FindByEmailAsync(app.Tenant.Id, email, CancellationToken.None);

    public async Task<ConsoleReply> UseInvitationAsync(string path, string password = Password, string again = Password)
    {
        await GetAsync(path);
        return await PostAsync("/console/invitation", ("token", path.Split("token=")[1]), ("password", password), ("again", again));
    }

    public async Task<ConsoleReply> SignInAsync(string email, string password = Password, params (string Name, string Value)[] more)
    {
        if (more.Length == 0)
        {
            await GetAsync("/console/sign-in");
        }

        return await PostAsync("/console/sign-in", [("email", email), ("password", password), .. more]);
    }

    public async Task<ConsoleReply> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request);
    }

    /// <summary>Asks for the headers alone: the body of a stream has no end.</summary>
    public async Task<ConsoleReply> HeadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        return await SendAsync(request);
    }

    public async Task<ConsoleReply> PostAsync(string path, params IEnumerable<(string Name, string Value)> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Append(("_token", _token)).Select(one => KeyValuePair.Create(one.Item1, one.Item2))),
        };
        return await SendAsync(request);
    }

    /// <summary>Sends a form with a file, as browsers send it.</summary>
    /// <param name="token">Null: that of the page.</param>
    public async Task<ConsoleReply> PostFileAsync(string path, byte[] file, string? token = null, params IEnumerable<(string Name, string Value)> fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent(token ?? _token), "_token" }, { new ByteArrayContent(file), "file", "any.txt" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        return await SendAsync(request);
    }

    /// <summary>Loads a page, and sends a form as it stands there.</summary>
    public async Task<ConsoleReply> PostInAsync(string page, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        await GetAsync(page);
        return await PostAsync(path, fields);
    }

    private async Task<ConsoleReply> SendAsync(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(one => $"{one.Key}={one.Value}")));
        using var response = await app.Client.SendAsync(request);
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
        {
            var (name, value) = set.Split(';')[0].Split('=', 2) is [var first, var rest] ? (first, rest) : ("", "");
            Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", set, StringComparison.OrdinalIgnoreCase);
            Cookies[name] = value;
        }

        var reply = await ConsoleReply.ReadAsync(response);
        _token = TokenField().Match(reply.Html) is { Success: true } match ? match.Groups[1].Value : _token;
        return reply;
    }

    [GeneratedRegex("name=\"_token\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex TokenField();
}
