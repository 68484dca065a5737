using Sluice.Engine.Audit;
using Sluice.Engine.Crm;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;

namespace Sluice.Engine.Privacy;

/// <summary>
/// Erases what names an address without belonging to one of its records: mail to an earlier address of a record, rows of bulk assignments, objects, lines
/// and errors of the CRM, answers of the endpoints of webhooks, lines of the audit. It reads the company's rows in pieces, outside of transactions, so that nobody waits for it, and it may be repeated.
/// </summary>
internal sealed class EraseTraces(Db db)
{
    private const int Piece = 1000;

    private readonly int _together = db.Dialect.Slice(Piece);

    public async Task<ErasedCounts> RunAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var messages = key.IsPhone ? 0 : await MessagesAsync(companyId, key, ct);
        var inbound = key.IsPhone ? 0 : await InboundAsync(companyId, key, ct);
        var others = await BulkRowsAsync(companyId, key, ct) + await LinesAsync(companyId, key, ct) + await ErrorsAsync(companyId, key, ct) + await ObjectsAsync(companyId, key, ct) + await AnswersAsync(companyId, key, ct) + await AuditAsync(companyId, key, ct);
        await ForgetAnswersAsync(companyId, ct);
        return new ErasedCounts(0, 0, messages, inbound + others);
    }

    /// <summary>Forgets all kept answers to calls with idempotency keys: they are encrypted, so nobody can tell which of them name the address.</summary>
    private async Task ForgetAnswersAsync(long companyId, CancellationToken ct)
    {
        var keys = new IdempotencyKeyStore(db);
        for (var after = ""; await keys.ListAnsweredAsync(companyId, after, _together, ct) is { Count: > 0 } answered; after = answered[^1])
        {
            await keys.EraseAnswersAsync(companyId, answered, ct);
        }
    }

    private async Task<long> MessagesAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        long count = 0;
        var store = new MessageErasureStore(db);
        while (await store.FindSentAsync(companyId, key.Text, ct) is { Count: > 0 } sent)
        {
            foreach (var some in sent.Chunk(_together))
            {
                count += await EmptyAsync(companyId, key, some, ct);
            }
        }

        for (long after = long.MinValue; await store.ListUnsentAsync(companyId, after, Piece, ct) is { Count: > 0 } unsent; after = unsent[^1].Id)
        {
            List<(long Id, long FlowInstanceId)> concerned = [.. unsent.Where(one => one.RecipientKey == key.Text).Select(one => (one.Id, one.FlowInstanceId))];
            foreach (var some in concerned.Chunk(_together))
            {
                count += await EmptyAsync(companyId, key, some, ct);
            }
        }

        return count;
    }

    private Task<int> EmptyAsync(long companyId, AddressKey key, (long Id, long FlowInstanceId)[] messages, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var instances = new InstanceErasureStore(tx);
            foreach (var (instanceId, id, detail) in await instances.ListDetailsAsync(companyId, [.. messages.Select(one => one.FlowInstanceId).Distinct()], ct))
            {
                await (JsonRedaction.Find(detail, key) is { } rest ? instances.SetDetailAsync(companyId, instanceId, id, rest, ct) : Task.CompletedTask);
            }

            return await new MessageErasureStore(tx).EmptyAsync(companyId, [.. messages.Select(one => one.Id)], ct);
        },
        ct);

    /// <summary>Some mail programs write the sender's address into the Message-ID, next to other letters. Such a message is deleted; others lose their words.</summary>
    private async Task<int> InboundAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, after, store) = (0, "", new InboundStore(db));
        while (await store.ListWordsAsync(companyId, after, _together, ct) is { Count: > 0 } messages)
        {
            var named = messages.ToLookup(one => key.Spellings.Any(spelling => one.MessageId.Contains(spelling, StringComparison.OrdinalIgnoreCase)));
            List<string> speaking = [.. named[false].Where(one => key.IsIn(one.Words)).Select(one => one.MessageId)];
            count += named[true].Any() ? await store.DeleteAsync(companyId, [.. named[true].Select(one => one.MessageId)], ct) : 0;
            count += speaking.Count > 0 ? await store.ForgetWordsAsync(companyId, speaking, ct) : 0;
            after = messages[^1].MessageId;
        }

        return count;
    }

    private async Task<int> BulkRowsAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, after, store) = (0, ("", -1), new InstanceErasureStore(db));
        while (await store.ListBulkRowsAsync(companyId, after, onlyWaiting: false, Piece, ct) is { Count: > 0 } rows)
        {
            List<(string JobId, int Position)> named = [.. rows.Where(row => Names(row.Prospect, row.Message, key)).Select(row => (row.JobId, row.Position))];
            count += named.Count == 0 ? 0 : await store.EraseBulkRowsAsync(companyId, named, ct);
            after = (rows[^1].JobId, rows[^1].Position);
        }

        return count;
    }

    private static bool Names(BulkProspect row, string? message, AddressKey key) =>
        new[] { row.Email, row.CrmId, row.FirstName, row.LastName, row.JobTitle, row.LinkedInUrl, row.CompanyName, message }.Any(text => text is not null && key.IsIn(text));

    private async Task<int> LinesAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, request, line, store) = (0, long.MinValue, long.MinValue, new CrmErasureStore(db));
        while (await store.ListLinesAsync(companyId, request, line, Piece, ct) is { Count: > 0 } lines)
        {
            foreach (var one in lines)
            {
                var isTheirs = IsOf(one.ObjectType, Id(one.Content), one.Content, key);
                var rest = isTheirs ? null : RestOf(one.ObjectType, one.Content, key);
                if (isTheirs || rest is not null)
                {
                    await store.SetLineAsync(companyId, one.RequestId, one.Line, rest, ct);
                    count++;
                }
            }

            (request, line) = (lines[^1].RequestId, lines[^1].Line);
        }

        return count;
    }

    private async Task<int> ErrorsAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, integration, request, store) = (0, long.MinValue, "", new CrmErasureStore(db));
        while (await store.ListErrorsAsync(companyId, integration, request, Piece, ct) is { Count: > 0 } requests)
        {
            foreach (var errors in requests)
            {
                count += JsonRedaction.Find(errors.Json, key) is { } rest ? await store.RewriteErrorsAsync(companyId, errors, rest, ct) : 0;
            }

            (integration, request) = (requests[^1].IntegrationId, requests[^1].ClientRequestId);
        }

        return count;
    }

    private async Task<int> ObjectsAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, store) = (0, new CrmErasureStore(db));
        for (var last = CrmObjectName.First; await store.ListAsync(companyId, last, Piece, ct) is { Count: > 0 } objects; last = objects[^1].Name)
        {
            foreach (var (name, content, fields) in objects)
            {
                if (IsOf(name.ObjectType, name.ObjectId, content, key))
                {
                    await store.EraseAsync(companyId, name, ct);
                    count++;
                    continue;
                }

                var (after, fieldsAfter) = (RestOf(name.ObjectType, content, key), RestOf(name.ObjectType, fields, key));
                if (after is not null || fieldsAfter is not null)
                {
                    count += await store.RewriteAsync(companyId, name, (content, fields), (after ?? content, fieldsAfter ?? fields), ct);
                }
            }
        }

        return count;
    }

    private async Task<int> AnswersAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, webhook, delivery, store) = (0, long.MinValue, long.MinValue, new DeliverySweepStore(db));
        while (!key.IsPhone && await store.ListAnswersAsync(companyId, webhook, delivery, Piece, ct) is { Count: > 0 } answers)
        {
            foreach (var (webhookId, id, _) in answers.Where(one => key.IsIn(one.Answer)))
            {
                count += await store.ForgetAnswerAsync(companyId, webhookId, id, ct);
            }

            (webhook, delivery) = (answers[^1].WebhookId, answers[^1].Id);
        }

        return count;
    }

    /// <summary>Takes the address out of what the audit kept of forms.</summary>
    private async Task<int> AuditAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var (count, store) = (0, new AuditStore(db));
        for (var after = long.MinValue; await store.ListAfterAsync(companyId, after, Piece, ct) is { Count: > 0 } entries; after = entries[^1].Id)
        {
            foreach (var entry in entries)
            {
                var (was, became) = (entry.Before is null ? null : JsonRedaction.Find(entry.Before, key), entry.After is null ? null : JsonRedaction.Find(entry.After, key));
                if (was is not null || became is not null)
                {
                    await store.RedactAsync(companyId, entry.Id, was ?? entry.Before, became ?? entry.After, ct);
                    count++;
                }
            }
        }

        return count;
    }

    private static string? Id(string content) => JsonRedaction.Field(content, "objectId");

    /// <summary>Whether a contact or a lead has the address itself. The person's record may be gone already, or have another address today.</summary>
    private static bool IsOf(string objectType, string? objectId, string content, AddressKey key)
    {
        if (!CrmObjectType.IsProspect(objectType) || (!JsonRedaction.MayHold(content, key) && !key.Spellings.Contains(objectId)))
        {
            return false;
        }

        var address = JsonRedaction.Field(content, key.IsPhone ? "phoneNumber" : "emailAddress");
        return (address is not null && key.IsIn(address)) || (!key.IsPhone && objectId is not null && key.IsIn(objectId));
    }

    /// <summary>Takes the address out of a part of an object. Business users are colleagues and keep it, and stages name no people.</summary>
    /// <returns>Null: there is nothing to change.</returns>
    private static string? RestOf(string objectType, string? json, AddressKey key) =>
        json is null || objectType is CrmObjectType.BusinessUser or CrmObjectType.Stage ? null : JsonRedaction.Find(json, key);
}
