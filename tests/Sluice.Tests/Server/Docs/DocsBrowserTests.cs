namespace Sluice.Tests.Server.Docs;

/// <summary>The documentation as a reader sees it.</summary>
[Slow]
public sealed class DocsBrowserTests(Browser browser)
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_documentation_is_accessible_and_fits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);

        Assert.Equal(200, await page.GoAsync("/docs"));

        await page.ShouldBeGoodAsync("docs");
    }

    /// <summary>Follows every link from page to page, and looks for the target of each link within a page.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task No_link_of_the_documentation_is_broken(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var page = await browser.OpenAsync(app.Address);
        var (seen, open) = (new HashSet<string>(), new Queue<string>(["/docs"]));
        while (open.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            using var response = await app.Client.GetAsync(path);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
            if (response.Content.Headers.ContentType!.MediaType == "text/html")
            {
                await page.GoAsync(path);
                Assert.Empty(await page.Page.EvaluateAsync<string[]>("""
                    () => [...document.querySelectorAll('a[href^="#"]')].map(link => link.hash.slice(1)).filter(id => !document.getElementById(id))
                    """));
                foreach (var link in await page.Page.EvaluateAsync<string[]>("() => [...document.links].map(link => link.href)"))
                {
                    Assert.StartsWith(app.Address.ToString(), link, StringComparison.Ordinal);
                    open.Enqueue(new Uri(link).PathAndQuery);
                }
            }
            else if (path == "/llms.txt")
            {
                foreach (var link in PageTests.MarkdownLinks(await response.Content.ReadAsStringAsync()))
                {
                    open.Enqueue(link);
                }
            }
        }

        Assert.True(seen.Count > 20, string.Join('\n', seen));
    }
}
