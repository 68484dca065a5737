using Sluice.Cli.Shared;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;

namespace Sluice.Cli.Checks;

/// <summary>Connects to the mail server and logs in, but sends nothing.</summary>
internal static class MailCheck
{
    private const string Name = "mail";

    /// <returns>Whether a mail server is configured, reachable or not.</returns>
    public static async Task<bool> RunAsync(CheckReport report, Func<SmtpSettings?> read, CancellationToken ct)
    {
        if (!report.TryRead(Name, read, out var smtp))
        {
            return true;
        }

        if (smtp is null)
        {
            report.Warn(Name, "there is no mail server, so the mail of flows waits", "Give one with --smtp or $SLUICE_SMTP.");
            return false;
        }

        var place = $"{smtp.Host}:{smtp.Port}";
        var fault = await ProgressBar.WaitAsync($"Waiting for {place}", new SmtpTransport(smtp).FindFaultAsync(ct), ct);
        if (fault is not null)
        {
            report.Fail(Name, $"{place}: {fault}", "Correct --smtp, $SLUICE_SMTP or $SLUICE_SMTP_PASSWORD, or ask who runs the mail server.");
            return true;
        }

        report.Ok(Name, $"{place} answers{(smtp.Tls == MailTls.None ? "" : ", speaks TLS")}{(smtp.Credential is null ? "" : " and accepts the login")}");
        if (smtp is { Credential: null, Tls: not MailTls.None })
        {
            report.Warn(Name, $"nobody logs in to {place}", "If the mail server wants a login, name the user in the URL: smtp://user@host");
        }

        return true;
    }
}
