using System.Security.Cryptography;
using MailKit;
using MimeKit;
using Sluice.Server.Dev.MailPorts;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>The mail of many providers (tests/mail), handed in by SMTP and looked at by IMAP.</summary>
[Slow]
public sealed class MailPortCorpusTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Each_mail_is_shown_as_it_is_whole_and_in_parts(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        using var client = await scene.ReadAsync(TestApp.RepEmail);
        var inbox = client.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadOnly);
        var files = Directory.GetFiles(Repository.PathOf("tests", "mail"), "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.True(files.Count >= 150);
        foreach (var file in files)
        {
            var raw = ToCrLf(await File.ReadAllBytesAsync(file));
            await ImapCommandTests.HandInAsync(scene, raw);
            await client.NoOpAsync();

            await IsShownAsync(inbox, inbox.Count - 1, raw, Path.GetFileName(file));
        }

        Assert.DoesNotContain(scene.App.Logs.Lines, line => line.Contains(nameof(MailPortServer), StringComparison.Ordinal));
    }

    private static async Task IsShownAsync(IMailFolder inbox, int index, byte[] raw, string file)
    {
        var seen = Assert.Single(await inbox.FetchAsync(index, index, MessageSummaryItems.Full | MessageSummaryItems.UniqueId | MessageSummaryItems.BodyStructure));
        using var stream = await inbox.GetStreamAsync(index);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.True(raw.AsSpan().SequenceEqual(copy.ToArray()), file);
        Assert.Equal((uint)raw.Length, seen.Size);

        using var mail = MimeMessage.Load(new MemoryStream(raw));
        Assert.Equal((file, mail.Subject ?? "", mail.MessageId), (file, seen.Envelope!.Subject ?? "", seen.Envelope.MessageId));
        Assert.Equal(mail.From.Mailboxes.Select(one => one.Address), seen.Envelope.From.Mailboxes.Select(one => one.Address));
        var (expected, parts) = (mail.BodyParts.Where(part => part is not MessagePart).ToList(), seen.BodyParts.ToList());
        if (expected.Count > 0 && expected.All(part => part is MimePart { Content: not null }) && mail.BodyParts.All(part => part is not MessagePart))
        {
            Assert.Equal((file, string.Join(' ', expected.Select(part => part.ContentType.MimeType))), (file, string.Join(' ', parts.Select(part => part.ContentType.MimeType))));
            foreach (var (at, part) in parts.Index())
            {
                var got = (MimePart)await inbox.GetBodyPartAsync(seen.UniqueId, part);
                Assert.Equal((file, part.PartSpecifier, Hash((MimePart)expected[at])), (file, part.PartSpecifier, Hash(got)));
            }
        }
    }

    private static string Hash(MimePart part)
    {
        using var content = part.Content!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(bytes.ToArray()).ReplaceLineEndings("\n").TrimEnd('\n'))));
    }

    private static byte[] ToCrLf(byte[] raw)
    {
        var text = System.Text.Encoding.Latin1.GetString(raw).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        return System.Text.Encoding.Latin1.GetBytes(text.EndsWith("\r\n", StringComparison.Ordinal) ? text : text + "\r\n");
    }
}
