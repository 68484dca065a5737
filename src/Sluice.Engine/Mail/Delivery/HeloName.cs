using System.Net;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The name by which Sluice introduces itself to a mail server (EHLO). Some relays refuse address literals, so a full host name is better.</summary>
internal static class HeloName
{
    /// <param name="local">The local address of the connection.</param>
    public static string Of(SmtpSettings settings, IPAddress local) =>
        settings.Helo ?? (IsFullName(settings.MachineName) ? settings.MachineName : Literal(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local));

    /// <summary>Whether a setting is a name or an address literal that a mail server may accept.</summary>
    public static bool IsValid(string name) => IsName(name) || (name is ['[', .. var inner, ']'] && IPAddress.TryParse(inner.StartsWith("IPv6:", StringComparison.Ordinal) ? inner[5..] : inner, out _));

    /// <summary>Whether the name has a domain that may mean something to others.</summary>
    private static bool IsFullName(string name) => name.Contains('.', StringComparison.Ordinal) && IsName(name) && !name.EndsWith(".localdomain", StringComparison.OrdinalIgnoreCase);

    private static bool IsName(string name) => name.Length is > 0 and < 254
        && Uri.CheckHostName(name) == UriHostNameType.Dns
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.')
        && !name.EndsWith('.');

    private static string Literal(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
}
