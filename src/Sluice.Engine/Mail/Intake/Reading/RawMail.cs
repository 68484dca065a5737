using MimeKit;
using MimeKit.Utils;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>A message after its MIME structure was read: the header fields, and the parts without multiparts around them.</summary>
internal sealed class RawMail
{
    private const int MaxText = 256 * 1024; // Characters.
    private const int MaxRecipientFields = 20;
    private const int MaxRecipients = 200;

    /// <summary>The fields that say where it was delivered, and then those that say to whom it was written.</summary>
    private static readonly string[] RecipientFields = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Forwarded-To", "To", "Cc"];

    private readonly HeaderList _headers;
    private readonly Lazy<string> _text;
    private readonly Lazy<string> _written;

    /// <param name="parts">The parts that are no multipart. What is inside of a returned or forwarded message is not among them.</param>
    /// <param name="fingerprint">Names these bytes and no others.</param>
    public RawMail(HeaderList headers, IReadOnlyList<MimeEntity> parts, string fingerprint)
    {
        (_headers, Parts) = (headers, parts);
        _text = new Lazy<string>(ReadText);
        _written = new Lazy<string>(() => WrittenText.Of(Text));
        MessageId = HeaderIds.Read(Header("Message-ID")).FirstOrDefault() ?? $"{fingerprint}@sha256.invalid";
        Sender = ReadAddress("X-Original-From") ?? ReadAddress("From") ?? ReadAddress("Reply-To") ?? ReadAddress("Sender");
        Subject = Header("Subject")?.Trim() ?? "";
    }

    public IReadOnlyList<MimeEntity> Parts { get; }

    public string MessageId { get; }

    /// <summary>Who wrote it. Groups that put their own address into <c>From</c> keep the writer in <c>X-Original-From</c>.</summary>
    public string? Sender { get; }

    public string Subject { get; }

    /// <summary>Null if there is none that can be read.</summary>
    public DateTimeOffset? Date => Header("Date") is { } text && DateUtils.TryParse(text, out var date) ? date : null;

    /// <summary>The text that a person reads first, with what it quotes. At most 256 Ki characters.</summary>
    public string Text => _text.Value;

    /// <summary>The same without quoted mail and signature.</summary>
    public string Written => _written.Value;

    public IReadOnlyList<string> Thread => HeaderIds.Thread(Header("In-Reply-To"), Header("References"));

    /// <returns>The first field of this name, decoded; null: there is none.</returns>
    public string? Header(string name) => _headers[name];

    public bool Has(string name) => _headers.Contains(name);

    /// <summary>Whether the field says that something is so: it is there, and its value is not <c>no</c>, <c>false</c> or <c>0</c>.</summary>
    public bool Affirms(string name) => Header(name)?.Trim().ToLowerInvariant() is { } value && value is not ("no" or "false" or "0" or "none");

    /// <summary>Whether a server sent it without a sender, so that nobody can answer it (RFC 5321, 4.5.5).</summary>
    public bool HasNullSender => Header("Return-Path")?.Trim() is "<>" or "";

    /// <summary>Lists the addresses of a field.</summary>
    public IReadOnlyList<string> Addresses(string name) => _headers.FirstOrDefault(header => header.Field.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found ? HeaderAddresses.Read(found.RawValue) : [];

    /// <summary>To whom it was delivered or written, as far as its first fields say: a message may name thousands.</summary>
    public IEnumerable<string> Recipients() => RecipientFields
        .SelectMany(name => _headers.Where(header => header.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).Take(MaxRecipientFields))
        .SelectMany(header => HeaderAddresses.Read(header.RawValue).Take(MaxRecipients));

    public string SenderName => _headers.FirstOrDefault(header => header.Id == HeaderId.From) is { } from && InternetAddressList.TryParse(from.RawValue, out var list)
        ? list.Mailboxes.FirstOrDefault()?.Name ?? ""
        : "";

    private string? ReadAddress(string name) => Addresses(name) is [var first, ..] ? first : null;

    private string ReadText()
    {
        var texts = Parts.OfType<TextPart>().Where(part => !part.IsAttachment).ToList();
        var plain = Join(texts.Where(part => part.IsPlain), PartText.Of);
        return plain.Trim().Length > 0 ? plain : Join(texts.Where(part => part.IsHtml), part => HtmlToText.Of(Cut(PartText.Of(part))));
    }

    private static string Join(IEnumerable<TextPart> parts, Func<TextPart, string> read) => Cut(string.Join("\n", parts.Take(5).Select(part => Cut(read(part)))));

    private static string Cut(string text) => text.Length > MaxText ? text[..MaxText] : text;
}
