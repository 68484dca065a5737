using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Checking;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Mailboxes;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>How mail leaves in the users' names, and where the answers are read. Each form makes the call of the API.</summary>
internal static class MailboxPages
{
    private const int MaxUsers = 500;

    public static void MapMailboxPages(this RouteGroupBuilder console)
    {
        var mailboxes = console.MapGroup("/settings/mailboxes");
        mailboxes.MapGet("", (Visit visit, Db db, UserStore users) => ListPageAsync(visit, db, users, null));
        mailboxes.MapGet("/csv", async (Visit visit, AuthoringRequests requests) => ListCsv.Of(visit, "mailboxes", await MailboxEndpoints.List(visit.Call.ToApi(), requests)));
        mailboxes.MapGet("/new", (Visit visit, UserStore users, MailboxSecrets secrets) => FormPageAsync(visit, users, secrets, FormFields.Blank));
        mailboxes.MapPost("", Add);
        mailboxes.MapPost("/{id}/pause", Pause);
        mailboxes.MapPost("/{id}/resume", Resume);
        mailboxes.MapPost("/{id}/remove", Remove);
        mailboxes.MapPost("/{id}/check", Check).WithMetadata(new RunsApart());
    }

    private static async Task<IResult> Add(Visit visit, UserStore users, AuthoringRequests requests, MailboxSecrets secrets, MailboxWorker worker)
    {
        switch (await MailboxEndpoints.Add(visit.Call.ToApi(ReadNew(visit)), requests, secrets, worker))
        {
            case Answer<MailboxAnswer> added:
                visit.NoteBefore($"mailbox {added.Body.Mailbox.Id}");
                return Notice.Redirect(Links.SettingsMailboxes, "mailbox-added");
            case var answer:
                return await FormPageAsync(visit, users, secrets, FormFields.Of(visit, (ApiError)answer), ((ApiError)answer).Status);
        }
    }

    private static Task<IResult> Pause(string id, Visit visit, Db db, UserStore users, AuthoringRequests requests, MailboxSecrets secrets, RecordMailboxHealth health, MailboxWorker worker) =>
        SwitchAsync(id, visit, db, users, requests, secrets, health, worker, isPaused: true);

    private static Task<IResult> Resume(string id, Visit visit, Db db, UserStore users, AuthoringRequests requests, MailboxSecrets secrets, RecordMailboxHealth health, MailboxWorker worker) =>
        SwitchAsync(id, visit, db, users, requests, secrets, health, worker, isPaused: false);

    private static Task<IResult> SwitchAsync(
        string id, Visit visit, Db db, UserStore users, AuthoringRequests requests, MailboxSecrets secrets, RecordMailboxHealth health, MailboxWorker worker, bool isPaused) =>
        WithMailboxAsync(id, visit, db, async _ => await MailboxEndpoints.Change(id, visit.Call.ToApi(new JsonObject { ["paused"] = isPaused }), requests, secrets, health, worker) is ApiError refusal
            ? await ListPageAsync(visit, db, users, refusal)
            : Notice.Redirect(Links.SettingsMailboxes, isPaused ? "mailbox-paused" : "mailbox-resumed"));

    private static Task<IResult> Remove(string id, Visit visit, Db db, UserStore users, AuthoringRequests requests, RecordMailboxHealth health) =>
        WithMailboxAsync(id, visit, db, async _ => await MailboxEndpoints.Remove(id, visit.Call.ToApi(), requests, health) is ApiError refusal
            ? await ListPageAsync(visit, db, users, refusal)
            : Notice.Redirect(Links.SettingsMailboxes, "mailbox-removed"));

    private static Task<IResult> Check(string id, Visit visit, Db db, UserStore users, [FromServices] CheckMailbox? check) => WithMailboxAsync(id, visit, db, async mailbox =>
        await MailboxCheckEndpoint.Check(id, visit.Call.ToApi(), db, check) switch
        {
            Answer<MailboxCheckAnswer> found => ConsolePage.Of(visit, "settings", "The check of a mailbox", MailboxView.Checked(visit, mailbox, found.Body), Html.Isolate(mailbox.Address)),
            var answer => await ListPageAsync(visit, db, users, (ApiError)answer),
        });

    /// <summary>Makes the body of the API out of the form. Only what was typed is in it, so that the API's own defaults hold.</summary>
    private static JsonObject ReadNew(Visit visit)
    {
        var body = new JsonObject { ["address"] = visit.Field("address") };
        foreach (var name in (string[])["name", "userName", "userId", "provider"])
        {
            Put(body, name, visit.Field(name));
        }

        Put(body, FormGuard.SecretField, visit.Secret(FormGuard.SecretField));
        foreach (var name in (string[])["smtp", "imap"])
        {
            if (visit.Field($"{name}.host") is { } host)
            {
                var server = new JsonObject { ["host"] = host };
                Put(server, "tls", visit.Field($"{name}.tls"));
                if (visit.Field($"{name}.port") is { } port)
                {
                    server["port"] = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : port;
                }

                body[name] = server;
            }
        }

        return body;
    }

    private static void Put(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static async Task<IResult> WithMailboxAsync(string id, Visit visit, Db db, Func<Mailbox, Task<IResult>> work)
    {
        if (WireId.Find(id) is not { } mailboxId || await new MailboxStore(db).FindAsync(visit.CompanyId, mailboxId, visit.Ct) is not { } mailbox)
        {
            return ConsolePage.NotFound(visit, "settings", "mailbox");
        }

        visit.NoteBefore($"mailbox {WireId.Write(mailboxId)}", ("address", mailbox.Address), ("state", mailbox.State.ToString()));
        return await work(mailbox);
    }

    private static async Task<IResult> ListPageAsync(Visit visit, Db db, UserStore users, ApiError? refusal)
    {
        var mailboxes = await new MailboxStore(db).ListAsync(visit.CompanyId, visit.Ct);
        var owners = (await users.FindAsync(visit.CompanyId, [.. mailboxes.Select(mailbox => mailbox.UserId).OfType<long>().Distinct()], visit.Ct)).ToDictionary(user => user.Id);
        return ConsolePage.Of(visit, "settings", "Mailboxes", MailboxView.List(visit, mailboxes, owners, refusal?.Errors ?? []), status: refusal?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> FormPageAsync(Visit visit, UserStore users, MailboxSecrets secrets, FormFields fields, int status = StatusCodes.Status200OK)
    {
        var known = (await users.ListAsync(visit.CompanyId, UserFilter.All, long.MinValue, MaxUsers, visit.Ct)).Where(user => user.Active).OrderBy(user => user.FullName, StringComparer.OrdinalIgnoreCase);
        return ConsolePage.Of(visit, "settings", "Add a mailbox", MailboxView.New(visit, fields, [.. known], secrets.HasKey), status: status);
    }
}
