using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice privacy</c>: shows and erases the data of an address, for operators.</summary>
internal static class PrivacyCommands
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create() => new Command("privacy", "Show or erase all data of an e-mail address or a phone number.") { Show(), Erase() }
        .WithExamples("sluice privacy show ada@example.com");

    private static Command Show()
    {
        var (address, company, database, asJson) = (Address(), CompanyOption(), CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("show", "Show the records of an address, and the mail to and from them.") { address, company, database, asJson };
        command.SetAction((given, ct) =>
        {
            var key = Read(given.GetRequiredValue(address));
            return DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
            {
                var owner = await CompanyCommands.FindAsync(db, given.GetValue(company), ct);
                Print(ShownPerson.From(key, await new FindPersonalData(db).RunAsync(owner.Id, key, ct)), given.GetValue(asJson));
            }, ct);
        });
        return command.WithExamples("sluice privacy show ada@example.com", "sluice privacy show \"+1 555 0100\" --json");
    }

    private static Command Erase()
    {
        var (address, company, database, asJson) = (Address(), CompanyOption(), CommonOptions.Database(), CommonOptions.AsJson());
        var yes = new Option<bool>("--yes") { Description = "Do not ask for confirmation." };
        var yesAll = new Option<bool>("--yes-all") { Description = $"The same, and erase even more than {RequestErasure.MaxRecords} records." };
        var command = new Command("erase", "Erase all data of an address for good. A keyed hash of it remains, so that no import brings the person back into flows.")
        {
            address, yes, yesAll, company, database, asJson,
        };
        command.SetAction((given, ct) =>
        {
            var key = Read(given.GetRequiredValue(address));
            return DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
            {
                var owner = await CompanyCommands.FindAsync(db, given.GetValue(company), ct);
                await ConfirmAsync(db, owner, key, mayBeMany: given.GetValue(yesAll), isConfirmed: given.GetValue(yes) || given.GetValue(yesAll), ct);
                var id = await RequestAsync(db, owner, key, given.GetValue(yesAll), ct);
                var where = CommonOptions.DatabaseOr(given.GetValue(database), CommonOptions.DefaultFile);
                Print(await EraseAsync(db, where, owner.Id, id, ct), key, given.GetValue(asJson));
            }, ct);
        });
        return command.WithExamples("sluice privacy erase ada@example.com", "sluice privacy erase \"+1 555 0100\" --yes --json");
    }

    private static Argument<string> Address() => new("address") { Description = "An e-mail address, or a phone number with + and the country code." };

    private static Option<string?> CompanyOption() => new("--company") { Description = "The company's name or id; optional if there is only one company.", HelpName = "name" };

    private static AddressKey Read(string text) =>
        text.Contains('@', StringComparison.Ordinal)
            ? EmailAddress.IsValid(text) ? AddressKey.OfEmail(text) : throw new CliException($"{Output.ReplaceControlCharacters(text)} is not a valid e-mail address.", ExitCode.Usage)
            : AddressKey.FindPhone(text) ?? throw new CliException($"give an e-mail address, or a phone number such as +15550100, not {Output.ReplaceControlCharacters(text)}.", ExitCode.Usage);

    private static async Task ConfirmAsync(Db db, Company company, AddressKey key, bool mayBeMany, bool isConfirmed, CancellationToken ct)
    {
        var count = await new PersonStore(db).CountAsync(company.Id, key, ct);
        if (count > RequestErasure.MaxRecords && !mayBeMany)
        {
            throw new CliException($"{count} records have this address, more than {RequestErasure.MaxRecords}: look at them with sluice privacy show, then pass --yes-all to erase them all.", ExitCode.Refused);
        }

        if (!isConfirmed)
        {
            await Output.Error.WriteLineAsync($"This erases {Words(count, "record")} of {key.Text} in \"{company.Name}\", with all flow instances, mail and tasks. It cannot be undone. Type yes to go on:");
            if ((await Console.In.ReadLineAsync(ct))?.Trim() is not ("yes" or "y"))
            {
                throw new CliException("nothing was erased. Answer yes, or pass --yes.");
            }
        }
    }

    private static async Task<long> RequestAsync(Db db, Company company, AddressKey key, bool mayBeMany, CancellationToken ct)
    {
        var ids = await CommonOptions.LeaseIdsAsync(db, TimeProvider.System, ct);
        var asked = await new RequestErasure(db, ids, TimeProvider.System).RunAsync(key, mayBeMany, Actor.Engine(company.Id), ct);
        return asked.Id ?? throw new CliException($"{asked.Records} records have this address by now: pass --yes-all to erase them all.", ExitCode.Refused);
    }

    /// <summary>
    /// Erases in this process if no server uses the file. If one does, waits for it, because it keeps rows in memory that another process cannot change.
    /// With PostgreSQL, whoever comes first erases.
    /// </summary>
    /// <returns>What was erased; null: nothing.</returns>
    private static async Task<Erasure?> EraseAsync(Db db, string where, long companyId, long id, CancellationToken ct)
    {
        using var alone = db.Dialect.IsShared || FileLock.IsTaken(where) ? null : FileLock.Take(where);
        using var worker = db.Dialect.IsShared || alone is not null ? await WorkerAsync(db, ct) : null;
        var start = TimeProvider.System.GetTimestamp();
        while (await new ErasureStore(db).FindAsync(companyId, id, ct) is { FinishedAt: null })
        {
            if (TimeProvider.System.GetElapsedTime(start) > Timeout)
            {
                throw new CliException("the erasure is not finished yet: it waits for an upload that came before it. A running server finishes it.");
            }

            if (worker is null || !await worker.RunOneAsync(ct))
            {
                await Task.Delay(Pause, TimeProvider.System, ct);
            }
        }

        while (worker is not null && await worker.RunOneAsync(ct))
        {
            // The e-mail addresses of who was erased by a phone number.
        }

        return await new ErasureStore(db).FindAsync(companyId, id, ct);
    }

    private static async Task<ErasureWorker> WorkerAsync(Db db, CancellationToken ct)
    {
        var ids = await CommonOptions.LeaseIdsAsync(db, TimeProvider.System, ct);
        return new ErasureWorker(db, new EraseRecords(db, ids, TimeProvider.System), new EraseTraces(db), ids, TimeProvider.System, NullLogger<ErasureWorker>.Instance);
    }

    private static void Print(ShownPerson person, bool asJson)
    {
        if (asJson)
        {
            Output.Standard.WriteLine(JsonSerializer.Serialize(person, CliJson.Default.ShownPerson));
            return;
        }

        Output.Table(
            false, "", $"There is no record of {person.Address}.", ["crm id", "type", "name", "email", "phone"],
            [.. person.Records.Select(one => (string[])[one.CrmId, one.Type, $"{one.FirstName} {one.LastName}".Trim(), one.Email ?? "", one.PhoneNumber ?? ""])]);
        Output.Lines($"{Words(person.FlowInstances, "flow instance")}, {Words(person.Mails.Count, "mail")}.");
    }

    private static void Print(Erasure? erasure, AddressKey key, bool asJson)
    {
        if (erasure is null)
        {
            throw new CliException($"nothing changed: there is no data of {key.Text}.", ExitCode.NothingChanged);
        }

        if (erasure.Status == ErasureStatus.Refused)
        {
            throw new CliException("the erasure was refused: by now there are too many records. Pass --yes-all to erase them all.", ExitCode.Refused);
        }

        var erased = new ErasedPerson(erasure.Erased.Records, erasure.Erased.Instances, erasure.Erased.Messages, erasure.Erased.Others);
        Output.Standard.WriteLine(asJson
            ? JsonSerializer.Serialize(erased, CliJson.Default.ErasedPerson)
            : $"Erased {Words(erased.Records, "record")}, {Words(erased.FlowInstances, "flow instance")}, {Words(erased.Messages, "mail")}, and {Words(erased.Others, "other row")}. Backups made before still have them.");
    }

    private static string Words(long count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}

internal sealed record ShownPerson(string Address, IReadOnlyList<ShownRecord> Records, int FlowInstances, IReadOnlyList<ShownMail> Mails)
{
    public static ShownPerson From(AddressKey key, PersonalData data) => new(
        key.Text,
        [.. data.Records.Select(one => new ShownRecord(WireId.Write(one.Id), one.CrmId, one.Kind, one.FirstName, one.LastName, one.Email, one.PhoneNumber, one.DeletedAt))],
        data.Instances,
        [.. data.Mails.Select(one => new ShownMail(one.From, one.At, one.Mailbox, one.MessageId))]);
}

/// <param name="DeletedAt">When the CRM deleted it; its data is still here.</param>
internal sealed record ShownRecord(string Id, string CrmId, string Type, string? FirstName, string? LastName, string? Email, string? PhoneNumber, DateTimeOffset? DeletedAt);

internal sealed record ShownMail(string From, DateTimeOffset SentAt, string Mailbox, string MessageId);

internal sealed record ErasedPerson(long Records, long FlowInstances, long Messages, long Others);
