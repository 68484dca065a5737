using System.Collections;
using System.Net;
using System.Net.Sockets;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Checks;

/// <summary>Checks the public URL and the environment.</summary>
internal static class SettingsCheck
{
    private static readonly string[] Variables =
    [
        "SLUICE_ACCESS_KEY", "SLUICE_ACCESS_KEY_SECRET", "SLUICE_BASE_URL", "SLUICE_BEARER_TOKEN", "SLUICE_CONFIG", "SLUICE_DATABASE",
        "SLUICE_OIDC_AUTHORITY", "SLUICE_OIDC_CLIENT_ID", OidcOptions.SecretVariable, "SLUICE_OIDC_COMPANY", "SLUICE_OIDC_ROLE_CLAIM", "SLUICE_PROGRAM",
        "SLUICE_SMTP", "SLUICE_SMTP_HELO", "SLUICE_SMTP_PASSWORD", "SLUICE_STACK_TRACE", "SLUICE_TLS_CERT", "SLUICE_TLS_KEY", "SLUICE_WEBHOOK_SECRET",
    ];

    private static readonly string[] Collectors = [Telemetry.Endpoint, Telemetry.MetricsEndpoint, Telemetry.TracesEndpoint];

    /// <param name="hasMail">Whether a mail server is configured: only mail contains the URL.</param>
    public static async Task PublicUrlAsync(CheckReport report, Func<string?> read, bool hasMail, CancellationToken ct)
    {
        const string name = "public URL";
        if (!report.TryRead(name, read, out var text) || (text is null && !hasMail))
        {
            return;
        }

        if (text is null)
        {
            report.Warn(name, "there is none, so mail has no unsubscribe link", "Give the URL under which recipients reach this server with --public-url.");
            return;
        }

        var url = new Uri(text);
        if (IsOfThisMachine(url))
        {
            report.Warn(name, $"{text} leads recipients to their own machine", "Give the URL under which recipients reach this server.");
        }
        else if (!await CanBeLookedUpAsync(url.IdnHost, ct))
        {
            report.Warn(name, $"no machine is called {url.Host}, as far as this machine knows", "Check the spelling, and the name's entry in the DNS.");
        }
        else if (url.Scheme != Uri.UriSchemeHttps)
        {
            report.Warn(name, $"{text} has no TLS: mail programs warn of such links", "Put TLS in front of the server, and give its https URL.");
        }
        else
        {
            report.Ok(name, text);
        }
    }

    /// <summary>Warns of a variable that Sluice does not read: it is most likely misspelt, and without effect.</summary>
    public static void Environment(CheckReport report)
    {
        foreach (var name in System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(one => (string)one.Key).Where(IsUnknown).Order(StringComparer.Ordinal))
        {
            report.Warn("environment", $"Sluice does not read ${name}", SimilarNameRule.Find(name, Variables) is { } meant ? $"Did you mean ${meant}?" : "Remove it.");
        }

        foreach (var name in Collectors.Where(name => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value && !IsWebAddress(value)))
        {
            report.Fail("environment", $"${name} is not a URL", "Give the URL of an OTLP collector, such as http://localhost:4317, or remove it.");
        }
    }

    /// <summary>The tests of this project have variables of their own.</summary>
    private static bool IsUnknown(string name) =>
        name.StartsWith("SLUICE_", StringComparison.Ordinal) && !name.StartsWith("SLUICE_TEST_", StringComparison.Ordinal) && !Variables.Contains(name);

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static bool IsOfThisMachine(Uri url) => Shared.ProxyExceptLoopback.IsThisMachine(url);

    private static async Task<bool> CanBeLookedUpAsync(string host, CancellationToken ct)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host, ct)).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
