using System.Text;
using MimeKit;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// How MimeKit parses. The runtime knows only Unicode and Latin-1 by itself: without its tables of code pages, text in windows-1251, KOI8-R or
/// ISO-2022-JP would be read as other letters, and nobody would notice.
/// </summary>
internal static class MimeOptions
{
    public const int MaxDepth = 20;

    static MimeOptions() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static ParserOptions Parser { get; } = new() { MaxMimeDepth = MaxDepth, MaxAddressGroupDepth = 3 };
}
