using System.Globalization;
using System.Text;
using MimeKit;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Writes an address as mail servers take it: the domain in ASCII (IDNA), whatever letters it has, because every mail server takes that form. The
/// part before the <c>@</c> has no other form.
/// </summary>
internal static class WireAddress
{
    /// <summary>Without rules on old host names: an underscore in a domain is for the mail server to judge.</summary>
    private static readonly IdnMapping Idna = new() { AllowUnassigned = true };

    /// <returns>Null: the text is no address, or none that can be written into a mail.</returns>
    public static string? Find(string address) => EmailAddress.IsValid(address) && WithAsciiDomain(address) is { } wire && IsWritable(wire) ? wire : null;

    /// <param name="address">A valid address.</param>
    public static string Of(string address) => WithAsciiDomain(address) ?? address;

    private static bool IsWritable(string address)
    {
        try
        {
            _ = new MailboxAddress("", address);
            return true;
        }
        catch (FormatException)
        {
            return false; // MimeKit would refuse it in the middle of the conversation.
        }
    }

    private static string? WithAsciiDomain(string address)
    {
        var at = address.LastIndexOf('@');
        var domain = address[(at + 1)..];
        if (Ascii.IsValid(domain))
        {
            return address;
        }

        try
        {
            return $"{address[..at]}@{Idna.GetAscii(domain.ToLowerInvariant())}";
        }
        catch (ArgumentException)
        {
            return null; // A label is empty or too long, or a letter may not stand in a domain.
        }
    }
}
