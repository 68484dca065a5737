using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Sluice.Tests.Support.Browser))]

namespace Sluice.Tests.Support;

/// <summary>
/// Runs one Chromium for all tests. The first test that needs it starts it; each test gets a page with a profile of its own. A test takes it as
/// parameter of its constructor, and must be <see cref="SlowAttribute"/>.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    /// <summary>
    /// Debian's package, or what GitHub's machines have. Playwright's own download is not used: it is another 200 MB, and CI cannot always reach it.
    /// </summary>
    private static readonly string? Program = Array.Find(["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/google-chrome"], File.Exists);

    /// <summary>
    /// A name of this machine that is not a loopback name. A browser tells a server on plain HTTP less about its pages under such a name.
    /// </summary>
    public const string HostName = "sluice.test";

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Chromium)>> _running = new(StartAsync);

    /// <summary>Opens an empty page. Skips the test if the machine has no Chromium; in CI the test fails instead.</summary>
    /// <param name="address">The server. A page that loads anything from elsewhere fails its test.</param>
    internal async Task<BrowserPage> OpenAsync(Uri address, int width = Screens.Wide, bool hasScripts = true)
    {
        Assert.SkipWhen(Program is null && Environment.GetEnvironmentVariable("CI") is null, "There is no Chromium on this machine");
        return await BrowserPage.OpenAsync((await _running.Value).Chromium, address, width, hasScripts);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } running })
        {
            var (playwright, chromium) = await running;
            await chromium.CloseAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            ChromiumSandbox = !Environment.IsPrivilegedProcess, // As root, Chromium refuses to start with its sandbox.
            // In a process of its own, a frame without scripts waits for Playwright's script for ever, and stays empty.
            Args = ["--disable-gpu", "--disable-dev-shm-usage", "--renderer-process-limit=2", "--disable-features=IsolateSandboxedIframes", $"--host-resolver-rules=MAP {HostName} 127.0.0.1"],
        }));
    }
}
