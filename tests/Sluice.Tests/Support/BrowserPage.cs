using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Sluice.Tests.Support;

/// <summary>A page in the browser, with assertions that every page of the server must pass.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    /// <summary>
    /// Runs axe. It cannot run in a frame without scripts; what is in such a frame is a mail, and not a page of ours. The package that runs axe by
    /// itself opens a page for each look, to see frames of other servers: two more processes of the browser each time.
    /// </summary>
    private const string Violations = """
        async () => {
          const { violations } = await axe.run({ exclude: [['iframe']] }, { resultTypes: ['violations'] });
          return violations.flatMap(violation => violation.nodes.map(node => `${violation.id} (${violation.help}): ${node.html}`));
        }
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly IBrowserContext _context;
    private readonly Uri _address;
    private readonly ConcurrentQueue<string> _problems = [];

    private BrowserPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, _address) = (context, page, address);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"script: {error}");
        page.RequestFailed += (_, request) => Note(true, $"not loaded: {request.Url} {request.Failure}");
        page.Request += (_, request) => Note(!_address.IsBaseOf(new Uri(request.Url)) && AlsoMayLoad?.IsBaseOf(new Uri(request.Url)) != true, $"loaded from elsewhere: {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Another server to which a test leads.</summary>
    public Uri? AlsoMayLoad { get; set; }

    public static async Task<BrowserPage> OpenAsync(IBrowser browser, Uri address, int width, bool hasScripts)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            JavaScriptEnabled = hasScripts,
            ReducedMotion = ReducedMotion.Reduce, // Colours change with the theme at once.
            ViewportSize = Screens.Size(width),
        });
        return new(context, await context.NewPageAsync(), address);
    }

    /// <returns>The status of the answer.</returns>
    public async Task<int> GoAsync(string path) => (await Page.GotoAsync(path))!.Status;

    /// <summary>Presses a button and waits for the page that follows.</summary>
    public Task PressAsync(string button) => FollowAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync());

    /// <summary>Does something that leads to another page, and waits until that is loaded.</summary>
    public async Task FollowAsync(Func<Task> leave)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Page.Load += Loaded;
        await leave();
        await loaded.Task.WaitAsync(Timeout);
        Page.Load -= Loaded;

        void Loaded(object? _, IPage page) => loaded.TrySetResult();
    }

    /// <summary>
    /// Asserts for each of <see cref="Screens.All"/> that axe finds nothing, and that nothing is wider than the window. Then asserts that everything fits into 320 pixels,
    /// and that the browser reported no error and loaded nothing from elsewhere. With SLUICE_TEST_PICTURES it saves pictures in that folder.
    /// </summary>
    /// <param name="name">Of the picture.</param>
    /// <param name="ofStatus">What the browser says of a page with an error status is expected.</param>
    public async Task ShouldBeGoodAsync(string name, int ofStatus = 200)
    {
        var width = Page.ViewportSize!.Width;
        await Page.EvaluateAsync(Axe);
        foreach (var screen in Screens.All)
        {
            await ShouldBeGoodOnAsync(screen.Theme, screen.Width, name);
        }

        await ResizeAsync(Screens.Narrowest);
        await ShouldFitAsync();
        await ResizeAsync(width);
        Assert.DoesNotContain(_problems, problem => ofStatus < 400 || !problem.Contains($"the server responded with a status of {ofStatus}", StringComparison.Ordinal));
        _problems.Clear();
    }

    private async Task ShouldBeGoodOnAsync(ColorScheme theme, int width, string name)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = theme });
        await ResizeAsync(width);
        if (Environment.GetEnvironmentVariable("SLUICE_TEST_PICTURES") is { } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}-{width}.png".ToLowerInvariant()), FullPage = true });
        }

        Assert.Empty(await Page.EvaluateAsync<string[]>(Violations));
        await ShouldFitAsync();
    }

    private Task ResizeAsync(int width)
    {
        var size = Screens.Size(width);
        return Page.SetViewportSizeAsync(size.Width, size.Height);
    }

    /// <summary>Fails with the elements that stick out to the right.</summary>
    private async Task ShouldFitAsync() => Assert.Empty(await Page.EvaluateAsync<string[]>("""
        () => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > width + 1).map(one => width + ': ' + one.outerHTML.slice(0, 200)).slice(0, 5);
        }
        """));

    private void Note(bool isProblem, string problem)
    {
        if (isProblem)
        {
            _problems.Enqueue(problem);
        }
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
