using Microsoft.AspNetCore.Hosting;
using Sluice.Engine.Storage;

namespace Sluice.Fuzz;

/// <summary>A bug that is put in on purpose, to prove that the run finds it.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>An exception when a change of a task has a short body.</summary>
    Error,

    /// <summary>A refused change of a folder has written already.</summary>
    Write,

    /// <summary>A refusal without the body that all refusals have.</summary>
    Envelope,
}

internal static class BugPlanter
{
    public static void Plant(IServiceCollection services, PlantedBug bug)
    {
        if (bug != PlantedBug.None)
        {
            services.AddSingleton<IStartupFilter>(provider => new Filter(provider.GetRequiredService<Db>(), bug));
        }
    }

    private sealed class Filter(Db db, PlantedBug bug) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (http, further) =>
            {
                await BeforeAsync(http);
                await further();
            });
            next(app);
        };

        private async Task BeforeAsync(HttpContext http)
        {
            var path = http.Request.Path.Value ?? "";
            if (bug == PlantedBug.Error && http.Request.Method == "PATCH" && path.StartsWith("/v2/tasks", StringComparison.Ordinal) && http.Request.ContentLength is > 0 and < 40)
            {
                throw new InvalidOperationException("Planted");
            }

            if (bug == PlantedBug.Write && http.Request.Method == "PATCH" && path.StartsWith("/sluice/v1/folders", StringComparison.Ordinal))
            {
                await db.ExecuteAsync($"update folders set name = name || 'x' where id in (select min(id) from folders)", http.RequestAborted);
            }

            if (bug == PlantedBug.Envelope && path.StartsWith("/v2/users/", StringComparison.Ordinal))
            {
                http.Response.OnStarting(() =>
                {
                    http.Response.ContentType = http.Response.StatusCode >= 400 ? "text/plain" : http.Response.ContentType;
                    return Task.CompletedTask;
                });
            }
        }
    }
}
