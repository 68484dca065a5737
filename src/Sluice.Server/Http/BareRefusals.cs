using System.IO.Pipelines;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.Server.Http;

/// <summary>
/// Gives the API's error body to what Kestrel refuses by itself: a request line or headers that it cannot read, that are too long, or that come too
/// slowly. Kestrel answers these on the connection, before a request exists, so no middleware sees them, and it lets nobody write a body. This stands
/// between Kestrel and the connection and completes such an answer on its way out. It costs a normal answer a look at one byte. Kestrel does not
/// answer a bad HTTP/2 request at all: it resets the stream.
/// </summary>
internal static class BareRefusals
{
    public static void CompleteRefusals(this ListenOptions listen)
    {
        var logger = listen.ApplicationServices.GetRequiredService<ILogger<RefusalWriter>>();
        listen.Use(next => connection =>
        {
            connection.Transport = new Duplex(connection.Transport.Input, new RefusalWriter(connection.Transport.Output, logger));
            return next(connection);
        });
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
