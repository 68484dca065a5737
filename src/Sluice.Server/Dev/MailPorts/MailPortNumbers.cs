using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.Server.Dev.MailPorts;

/// <summary>The ports on which <c>sluice dev</c> speaks to mail programs (<c>--mail-ports</c>), always on the loopback address. 0 takes a free one.</summary>
internal sealed record MailPortNumbers(int Smtp, int Imap)
{
    public static readonly MailPortNumbers Default = new(1025, 1143);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Smtp},{Imap}");

    /// <summary>Kestrel accepts the connections, so that one server starts, stops and reports taken ports.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Listen(IPAddress.Loopback, Smtp, static listen => listen.Use(_ => connection => Server(listen).SmtpAsync(connection)));
        kestrel.Listen(IPAddress.Loopback, Imap, static listen => listen.Use(_ => connection => Server(listen).ImapAsync(connection)));
    }

    private static MailPortServer Server(ListenOptions listen) => listen.ApplicationServices.GetRequiredService<MailPortServer>();
}
