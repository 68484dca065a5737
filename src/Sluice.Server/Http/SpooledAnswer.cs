using Microsoft.AspNetCore.WebUtilities;

namespace Sluice.Server.Http;

/// <summary>
/// A successful answer that may be too large for memory. It is written into a temporary file while the database is read. Then it is sent, and a slow
/// client keeps neither the database nor memory busy.
/// </summary>
internal sealed class SpooledAnswer : IResult, IAsyncDisposable
{
    private const int MaxInMemory = 64 * 1024;

    private readonly FileBufferingWriteStream _file = new(MaxInMemory);
    private readonly string _contentType;

    private SpooledAnswer(string contentType) => _contentType = contentType;

    public static async Task<IResult> WriteAsync(string contentType, Func<Stream, Task> write)
    {
        var answer = new SpooledAnswer(contentType);
        try
        {
            await write(answer._file);
            return answer;
        }
        catch
        {
            await answer.DisposeAsync();
            throw;
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using (this)
        {
            httpContext.Response.ContentType = _contentType;
            httpContext.Response.ContentLength = _file.Length;
            await _file.DrainBufferAsync(httpContext.Response.Body, httpContext.RequestAborted);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
