using System.Net;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;

namespace Sluice.Server.Api.Manage.Mailboxes;

/// <summary>Reads a new mailbox, or the changes to one.</summary>
internal sealed class MailboxDraft(RequestReader given, MailboxSecrets secrets)
{
    /// <summary>Finds the mailbox's user: the one that is named, the one that it has, or the one with its address.</summary>
    public async Task<User?> FindUserAsync(AuthoringSession session, string address, Mailbox? current)
    {
        var users = new UserStore(session.Tx);
        if (given.OptionalId("userId") is not { } id)
        {
            return current is null ? await users.FindByEmailAsync(session.CompanyId, address, session.Ct)
                : current.UserId is { } its ? await users.FindAsync(session.CompanyId, its, session.Ct) : null;
        }

        var user = await users.FindAsync(session.CompanyId, id, session.Ct);
        if (user is null)
        {
            given.Fault("userId", $"there is no user {WireId.Write(id)}");
        }

        return user;
    }

    /// <returns>Null: something is wrong, and the reader says what.</returns>
    public Mailbox? Read(long companyId, long id, string address, User? user, Mailbox? current, DateTimeOffset now)
    {
        var preset = given.OptionalWord("provider", [.. MailboxPreset.ByName.Keys]) is { } word ? MailboxPreset.ByName.GetValueOrDefault(word) : null;
        var smtp = ReadHost("smtp", 587, preset?.Smtp ?? current?.Smtp);
        var imap = ReadHost("imap", 993, preset?.Imap ?? current?.Imap);
        if (smtp is null && !given.HasAny("smtp") && !given.HasAny("provider"))
        {
            given.Fault("smtp", $"name the server for sending, or a provider: {string.Join(", ", MailboxPreset.ByName.Keys)}");
        }

        var login = new MailboxLoginDraft(given, secrets).Read(companyId, id, preset, current);
        var isPaused = given.Flag("paused", current?.State == MailboxState.Paused);
        var plusAddress = given.Word("plusAddress", (current?.PlusAddress ?? PlusAddressUse.Off).Word(), PlusAddressUses.Words);
        var (userName, name) = (given.Required("userName", current?.UserName ?? address), given.Text("name", current?.Name ?? NameOf(user, address)) ?? "");
        return !given.IsSound ? null : new Mailbox
        {
            CompanyId = companyId,
            Id = id,
            UserId = user?.Id,
            Address = address,
            Name = name,
            Smtp = smtp!,
            Imap = imap,
            UserName = userName,
            UsesOAuth = login.UsesOAuth,
            PlusAddress = PlusAddressUses.Read(plusAddress),
            Secret = login.Secret,
            State = isPaused ? MailboxState.Paused : MailboxState.Active,
            ReadAt = current?.ReadAt,
            CreatedAt = current?.CreatedAt ?? now,
        };
    }

    private MailHost? ReadHost(string field, int defaultPort, MailHost? otherwise)
    {
        if (given.Object(field) is not { } fields)
        {
            return otherwise;
        }

        var (host, port) = (fields.Required("host", null), fields.Integer("port", defaultPort, 1, 65535));
        var tls = fields.Word("tls", port is 465 or 993 ? "implicit" : "starttls", MailTlsWords.All);
        if (host.Length > 0 && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            fields.Fault("host", $"{RequestReader.Echo(host)} is not the name of a server");
        }

        if (tls == "none" && !IsThisMachine(host))
        {
            fields.Fault("tls", "none is allowed only for a server on this machine");
        }

        return MailTlsWords.All.Contains(tls) ? new MailHost(host, port, MailTlsWords.Read(tls)) : null;
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string NameOf(User? user, string address) => user is null ? address : $"{user.FirstName} {user.LastName}".Trim();
}
