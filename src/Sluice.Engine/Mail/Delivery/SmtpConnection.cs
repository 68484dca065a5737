using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Writes SMTP commands and reads the answers (RFC 5321). Each wait has a time limit, and the length of an answer is bounded.</summary>
internal sealed class SmtpConnection(SmtpSettings settings) : IDisposable
{
    private const int MaxLine = 4_096;
    private const int MaxLines = 100;

    private readonly TcpClient _socket = new() { NoDelay = true };
    private readonly byte[] _read = new byte[4_096];
    private Stream _stream = Stream.Null;
    private int _from;
    private int _until;

    public EndPoint? LocalAddress => _socket.Client.LocalEndPoint;

    public TimeSpan Timeout => settings.Timeout;

    public async Task OpenAsync(CancellationToken ct)
    {
        await WithTimeoutAsync(token => _socket.ConnectAsync(settings.Host, settings.Port, token).AsTask(), settings.Timeout, ct);
        _stream = _socket.GetStream();
        if (settings.Tls == SmtpTls.Implicit)
        {
            await SecureAsync(ct);
        }
    }

    /// <summary>Switches to TLS. Discards what was received without TLS but not read yet, because an attacker on the way may have written it.</summary>
    public async Task SecureAsync(CancellationToken ct)
    {
        (_from, _until) = (0, 0);
        var tls = new SslStream(_stream);
        _stream = tls;
        var options = new SslClientAuthenticationOptions { TargetHost = settings.Host, RemoteCertificateValidationCallback = CertificateFault.Validate };
        if (settings.Roots is { } roots)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        await WithTimeoutAsync(token => tls.AuthenticateAsClientAsync(options, token), settings.Timeout, ct);
    }

    public Task WriteAsync(string text, CancellationToken ct) =>
        WithTimeoutAsync(token => _stream.WriteAsync(Encoding.ASCII.GetBytes(text), token).AsTask(), settings.Timeout, ct);

    /// <exception cref="SmtpFault">No SMTP answer came in time.</exception>
    public async Task<SmtpReply> ReadAsync(TimeSpan timeout, CancellationToken ct)
    {
        SmtpReply? reply = null;
        await WithTimeoutAsync(async token => reply = await ReadReplyAsync(token), timeout, ct);
        return reply!;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(ct);
            if (line.Length < 3 || line[0] is < '2' or > '5' || !char.IsAsciiDigit(line[1]) || !char.IsAsciiDigit(line[2]) || (line.Length > 3 && line[3] is not (' ' or '-')))
            {
                throw new SmtpFault("The mail server's answer is not SMTP");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0', lines);
            }
        }

        throw new SmtpFault("The mail server's answer is too long");
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (line.Length <= MaxLine)
        {
            if (_from == _until)
            {
                (_from, _until) = (0, await _stream.ReadAsync(_read, ct));
                if (_until == 0)
                {
                    throw new SmtpFault("The mail server closed the connection");
                }
            }

            var letter = (char)_read[_from++];
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(letter is '\r' or (>= ' ' and < '\u007f') ? letter : '?'); // The answer is logged and shown to people.
        }

        throw new SmtpFault("The mail server's answer is too long");
    }

    private static async Task WithTimeoutAsync(Func<CancellationToken, Task> work, TimeSpan timeout, CancellationToken ct)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timer.CancelAfter(timeout);
        try
        {
            await work(timer.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SmtpFault("The mail server did not answer in time");
        }
    }
}

/// <param name="Lines">The text of each line, without the code.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxReported = 300;

    public bool IsGood => Code is >= 200 and < 400;

    public bool IsPermanent => Code >= 500;

    public string Text => string.Join(' ', Lines) is var said && said.Length > MaxReported ? $"{Code} {said[..MaxReported]}…" : $"{Code} {said}";

    /// <summary>Looks up a keyword in an answer to EHLO. Returns its parameters, or null if the mail server does not offer it.</summary>
    public string? Offers(string word) => Lines.Skip(1)
        .FirstOrDefault(line => line.Split(' ', '=')[0].Equals(word, StringComparison.OrdinalIgnoreCase)) is { } found ? found[word.Length..].Trim(' ', '=') : null;
}

/// <summary>The SMTP exchange failed; the message says how.</summary>
internal sealed class SmtpFault(string message) : Exception(message);
