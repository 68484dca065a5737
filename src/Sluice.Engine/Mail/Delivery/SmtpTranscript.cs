using System.Globalization;
using System.Text;
using MailKit;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Listens to a conversation with a mail server. Bounds the length of an answer, which MailKit does not, and keeps the answer before a RSET: MailKit
/// sends RSET after a refusal, and if that fails, it throws and the refusal is lost.
/// </summary>
internal sealed class SmtpTranscript : IProtocolLogger
{
    private const int MaxAnswer = 400_000;

    private static readonly byte[] Reset = "RSET\r\n"u8.ToArray();

    private readonly MemoryStream _heard = new();

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; } // Nothing is written down, so there is nothing to hide.

    /// <summary>Called whenever a byte was sent or received.</summary>
    public Action OnActivity { get; set; } = () => { };

    /// <summary>The answer after which MailKit has sent RSET; null: it has sent none.</summary>
    public SmtpAnswer? BeforeReset { get; private set; }

    /// <summary>Whether the mail server has said anything since Sluice last sent something.</summary>
    public bool HasHeard => _heard.Length > 0;

    public void Forget() => BeforeReset = null;

    public void LogConnect(Uri uri)
    {
    }

    public void LogClient(byte[] buffer, int offset, int count)
    {
        OnActivity();
        if (buffer.AsSpan(offset, count).SequenceEqual(Reset))
        {
            BeforeReset = FindAnswer();
        }

        _heard.SetLength(0);
    }

    /// <exception cref="SmtpFault">The answer is too long.</exception>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        OnActivity();
        if (_heard.Length + count > MaxAnswer)
        {
            throw new SmtpFault("The mail server's answer is too long");
        }

        _heard.Write(buffer, offset, count);
    }

    /// <returns>The mail server's last answer since Sluice last sent something; null: there is none.</returns>
    public SmtpAnswer? FindAnswer()
    {
        var lines = Encoding.Latin1.GetString(_heard.GetBuffer(), 0, (int)_heard.Length).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')).ToList();
        return lines is [.., { Length: >= 3 } last] && int.TryParse(last[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new SmtpAnswer(code, [.. lines.Where(line => line.StartsWith(last[..3], StringComparison.Ordinal)).Select(line => line.Length > 4 ? line[4..] : "")])
            : null;
    }

    public void Dispose() => _heard.Dispose();
}
