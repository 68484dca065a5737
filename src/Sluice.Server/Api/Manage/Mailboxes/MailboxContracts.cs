using System.Text.Json.Serialization;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Mailboxes;

internal sealed record MailboxesAnswer(string RequestId, IReadOnlyList<MailboxItem> Mailboxes);

internal sealed record MailboxAnswer(string RequestId, MailboxItem Mailbox);

internal sealed record MailboxRemoved(string RequestId, string Deleted);

/// <summary>A mailbox without its password or tokens, which no answer contains.</summary>
/// <param name="UserId">Null: it is shared.</param>
/// <param name="LogsInBy"><c>password</c> or <c>oauth</c>.</param>
/// <param name="PlusAddress"><c>off</c>, <c>bounces</c> or <c>all</c>.</param>
/// <param name="State"><c>active</c>, <c>paused</c> or <c>failed</c>.</param>
/// <param name="Fault">Why it is failed.</param>
/// <param name="ReadAt">When it was last read without a fault.</param>
internal sealed record MailboxItem(
    string Id,
    string Address,
    string Name,
    string? UserId,
    string UserName,
    string LogsInBy,
    string PlusAddress,
    MailHostItem Smtp,
    MailHostItem? Imap,
    string State,
    string? Fault,
    DateTimeOffset? FaultAt,
    DateTimeOffset? ReadAt,
    DateTimeOffset CreatedAt)
{
    public static MailboxItem From(Mailbox mailbox) => new(
        WireId.Write(mailbox.Id),
        mailbox.Address,
        mailbox.Name,
        mailbox.UserId is { } user ? WireId.Write(user) : null,
        mailbox.UserName,
        mailbox.UsesOAuth ? "oauth" : "password",
        mailbox.PlusAddress.Word(),
        MailHostItem.From(mailbox.Smtp),
        mailbox.Imap is { } imap ? MailHostItem.From(imap) : null,
        mailbox.State.ToString().ToLowerInvariant(),
        mailbox.Trouble,
        mailbox.FaultAt ?? mailbox.SendingFaultAt,
        mailbox.ReadAt,
        mailbox.CreatedAt);
}

internal sealed record MailHostItem(string Host, int Port, string Tls)
{
    public static MailHostItem From(MailHost host) => new(host.Host, host.Port, host.Tls.Word());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MailboxesAnswer))]
[JsonSerializable(typeof(MailboxAnswer))]
[JsonSerializable(typeof(MailboxRemoved))]
internal sealed partial class MailboxJson : JsonSerializerContext;
