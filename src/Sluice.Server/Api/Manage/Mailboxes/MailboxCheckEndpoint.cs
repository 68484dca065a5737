using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Checking;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mailboxes;

/// <summary>Maps <c>POST /sluice/v1/mailboxes/{id}/check</c>: what stands in the way of a mailbox's mail, and what to add.</summary>
internal static class MailboxCheckEndpoint
{
    /// <summary>It waits for servers of others, so it must not run in the transaction of an idempotency key. In <c>dev</c> there is no check.</summary>
    public static void MapMailboxCheck(this RouteGroupBuilder mailboxes) =>
        mailboxes.MapPost("/{id}/check", Check).WithMetadata(new RunsApart()).WithDescription(MailboxDescription.Check);

    public static async Task<IResult> Check(string id, Call call, Db db, [FromServices] CheckMailbox? check)
    {
        if (await new MailboxStore(db).FindAsync(call.CompanyId, WireId.Find(id) ?? 0, call.Ct) is not { } mailbox)
        {
            return ApiError.NotFound($"There is no mailbox {RequestReader.Echo(id)}");
        }

        if (check is null)
        {
            return new ApiError(StatusCodes.Status409Conflict, "sluice dev connects to no mail server: check the mailbox on a server that sluice serve runs");
        }

        var findings = await check.RunAsync(mailbox, call.Ct);
        return new Answer<MailboxCheckAnswer>(
            new(call.RequestId, mailbox.Address, findings.TrueForAll(one => one.Verdict != CheckVerdict.Failed), findings.ConvertAll(MailboxFinding.From)), MailboxCheckJson.Default.MailboxCheckAnswer);
    }
}

/// <param name="Ok">Whether nothing has failed.</param>
internal sealed record MailboxCheckAnswer(string RequestId, string Address, bool Ok, IReadOnlyList<MailboxFinding> Checks);

/// <param name="Name"><c>smtp</c>, <c>imap</c>, <c>send</c>, <c>spf</c>, <c>dkim</c>, <c>dmarc</c>, <c>ptr</c>, <c>one-click</c> or <c>dns</c>.</param>
/// <param name="Result"><c>ok</c>, <c>warning</c> or <c>failed</c>.</param>
/// <param name="Add">The DNS record or the setting to add.</param>
internal sealed record MailboxFinding(string Name, string Result, string Text, string? Add)
{
    public static MailboxFinding From(CheckFinding finding) => new(finding.Check, finding.Verdict.ToString().ToLowerInvariant(), finding.Says, finding.Add);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MailboxCheckAnswer))]
internal sealed partial class MailboxCheckJson : JsonSerializerContext;
