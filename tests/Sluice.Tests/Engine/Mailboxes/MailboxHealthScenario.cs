using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mailboxes;

namespace Sluice.Tests.Engine.Mailboxes;

/// <summary>What happens to a mailbox, as its reader reports it.</summary>
internal static class MailboxHealthScenario
{
    public const string Refused = "The mail server refuses the login: check the user name and the password";

    public static Task FailAsync(this TestApp app, Mailbox box, MailboxTrouble trouble = MailboxTrouble.Login) => app.Db.InTransactionAsync(
        tx => app.Health().CannotBeReadAsync(tx, box, new MailboxFault(Refused, trouble: trouble), app.Clock.GetUtcNow(), app.Clock.GetUtcNow(), CancellationToken.None), CancellationToken.None);

    public static Task<bool> ReadsAsync(this TestApp app, Mailbox box) => app.Db.InTransactionAsync(
        tx => app.Health().WasReadAsync(tx, box, app.Clock.GetUtcNow(), app.Clock.GetUtcNow(), CancellationToken.None), CancellationToken.None);

    public static RecordMailboxHealth Health(this TestApp app) => app.Services.GetRequiredService<RecordMailboxHealth>();
}
