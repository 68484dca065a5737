using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.Server.Hosting.Metrics;

/// <summary>
/// Serves <c>/metrics</c>, and nothing else, on a port of its own: whoever may read the figures need not reach the API, and the other way round.
/// The connection says by which port it came, so the rest of the server never sees such a request.
/// </summary>
internal sealed class MetricsPort
{
    private const string Path = "/metrics";

    private static readonly MetricsPort Mark = new();

    private MetricsPort()
    {
    }

    public static void Listen(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });

    public static void Use(WebApplication app)
    {
        if (app.Services.GetService<MetricsPage>() is { } page)
        {
            app.Use((http, next) => http.Features.Get<MetricsPort>() is null ? next(http) : AnswerAsync(http, page));
        }
    }

    private static Task AnswerAsync(HttpContext http, MetricsPage page)
    {
        http.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true; // Reading the figures should not change them.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var result = http.Request.Path.Value != Path ? Results.Text($"This port has {Path} and nothing else.\n", statusCode: StatusCodes.Status404NotFound)
            : !isRead ? Results.Text("Only GET.\n", statusCode: StatusCodes.Status405MethodNotAllowed)
            : Results.Bytes(page.Read(), PrometheusText.ContentType);
        return result.ExecuteAsync(http);
    }
}
