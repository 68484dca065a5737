using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>One connection to the mail server, over which one mail after the other is sent.</summary>
internal sealed class SmtpLink : IAsyncDisposable
{
    private const int MaxMails = 100;

    /// <summary>How long a mail server may take to answer QUIT.</summary>
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromSeconds(1);

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly SmtpSettings _settings;
    private readonly SmtpTranscript _transcript = new();
    private readonly Client _client;
    private readonly Socket _socket;
    private int _sent;

    private SmtpLink(SmtpSettings settings)
    {
        _settings = settings;
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _client = new Client(_transcript)
        {
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate, chain, errors),
        };
    }

    /// <summary>Whether the mail server takes addresses with letters outside ASCII (RFC 6531).</summary>
    public bool OffersUtf8 { get; private set; }

    /// <summary>Whether another mail may be sent over the connection: it is open, and the mail server has not said anything unasked, which is a good-bye.</summary>
    public bool IsReusable
    {
        get
        {
            try
            {
                return _client.IsConnected && _sent < MaxMails && !_socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Connects, starts TLS and logs in.</summary>
    /// <param name="settings">Names the mail server.</param>
    /// <param name="wait">Ends the attempt.</param>
    /// <param name="needsUtf8">Whether the connection is for a mail that needs SMTPUTF8. For all others the extension is not used, so that addresses are sent in ASCII.</param>
    public static async Task<SmtpLink> OpenAsync(SmtpSettings settings, SmtpWait wait, bool needsUtf8)
    {
        var link = new SmtpLink(settings);
        try
        {
            await link.OpenAsync(wait, needsUtf8);
            return link;
        }
        catch (Exception fault)
        {
            var told = link.Explain(fault);
            link.Close();
            if (told is SmtpLoginFault)
            {
                settings.Token?.Forget();
            }

            throw told;
        }
    }

    /// <summary>Sends a mail. Throws if the conversation breaks while the mail server cannot have accepted the mail.</summary>
    public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, SmtpWait wait)
    {
        _transcript.OnActivity = wait.Renew;
        _transcript.Forget();
        _client.Refusal = null;
        _sent++;
        using var message = MimeMail.Build(mail, new WatchedBody(_client, beforeLastLine, wait));
        MimeMail.Sign(mail, message);
        var (sender, recipient) = (Mailbox(mail.ReturnPath ?? mail.SenderAddress), Mailbox(mail.Recipient));
        try
        {
            await _client.SendAsync(MimeMail.Options(MimeMail.NeedsUtf8(mail)), message, sender, [recipient], wait.Token);
            return MailOutcome.Sent;
        }
        catch (Exception fault) when (FindRefusal(fault, wait.IsPastLastLine) is var (stage, answer))
        {
            _sent = answer.Code == 421 ? MaxMails : _sent; // The mail server closes the connection.
            return Judge(stage, answer);
        }
        catch (Exception fault) when (wait.IsPastLastLine)
        {
            return MailOutcome.Unknown(SmtpFaults.Sentence(Explain(fault), _settings, wait));
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(QuitTimeout);
            _transcript.OnActivity = () => { };
            await _client.DisconnectAsync(quit: _client.IsConnected, patience.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ProtocolViolationException or MailKit.ProtocolException or ObjectDisposedException or SmtpFault)
        {
            // The mail server has left without waiting for QUIT.
        }

        Close();
    }

    private async Task OpenAsync(SmtpWait wait, bool needsUtf8)
    {
        _transcript.OnActivity = wait.Renew;
        await _socket.ConnectAsync(_settings.Host, _settings.Port, wait.Token);
        _client.LocalDomain = HeloName.Of(_settings, (_socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.Loopback);
        await _client.ConnectAsync(new NetworkStream(_socket, ownsSocket: true), _settings.Host, _settings.Port, _settings.Tls.ToSocketOptions(), wait.Token);
        OffersUtf8 = _client.Capabilities.HasFlag(SmtpCapabilities.UTF8);
        if (!needsUtf8)
        {
            _client.Capabilities &= ~SmtpCapabilities.UTF8;
        }

        if (_settings.Token is { } token)
        {
            await _client.AuthenticateAsync(
                await token.LogInAsync(_client.AuthenticationMechanisms, wait.Token) ?? throw new SmtpFault("The mail server takes no access tokens (OAUTHBEARER, XOAUTH2)"), wait.Token);
        }
        else if (_settings.Credential is { } credential)
        {
            await _client.AuthenticateAsync(ChooseMechanism(credential), wait.Token);
        }
    }

    private SaslMechanism ChooseMechanism(NetworkCredential credential)
    {
        bool Offers(string name) => _client.AuthenticationMechanisms.Contains(name, StringComparer.OrdinalIgnoreCase);
        return Offers("PLAIN") ? new SaslMechanismPlain(credential)
            : Offers("LOGIN") ? new SaslMechanismLogin(credential)
            : Offers("SCRAM-SHA-256") ? new SaslMechanismScramSha256(credential)
            : throw new SmtpFault("The mail server offers none of the login methods that Sluice supports: PLAIN, LOGIN, SCRAM-SHA-256");
    }

    /// <summary>Judges the certificate with the roots of the settings, if there are any, else as .NET does.</summary>
    /// <exception cref="CertificateFault">The certificate is refused.</exception>
    private bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_settings.Roots is not { } roots || certificate is not X509Certificate2 shown)
        {
            return Judge(certificate, chain, errors);
        }

        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        own.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        own.ChainPolicy.ExtraStore.AddRange((chain?.ChainElements.Select(element => element.Certificate) ?? []).ToArray());
        var others = errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
        return Judge(shown, own, own.Build(shown) ? others : others | SslPolicyErrors.RemoteCertificateChainErrors);
    }

    private bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => errors == SslPolicyErrors.None
        ? true
        : throw new CertificateFault(CertificateFault.Describe(certificate as X509Certificate2, chain, errors, _settings.Host, TimeProvider.System.GetUtcNow()));

    /// <returns>The answer by which the mail server refused; null: the fault is no refusal.</returns>
    private (SmtpStage Stage, SmtpAnswer Answer)? FindRefusal(Exception fault, bool isPastLastLine)
    {
        var stage = isPastLastLine ? SmtpStage.Content : SmtpStage.Data;
        return _client.Refusal is { } refusal ? refusal
            : fault is SmtpCommandException told ? (stage, SmtpAnswer.Of((int)told.StatusCode, told.Message))
            : _transcript.BeforeReset is { Code: >= 400 } kept ? (stage, kept)
            : fault is MailKit.ServiceNotAuthenticatedException ? (stage, SmtpAnswer.Of(530, fault.Message))
            : null;
    }

    /// <summary>An answer that is neither good nor bad proves after the last line that nothing is known, and before it that nothing was accepted.</summary>
    private static MailOutcome Judge(SmtpStage stage, SmtpAnswer answer) => (stage, answer.Code) switch
    {
        (SmtpStage.Content, >= 200 and < 300) => MailOutcome.Sent,
        (SmtpStage.Content, < 400 or > 599) => MailOutcome.Unknown(answer.Text),
        _ => answer.At(stage),
    };

    /// <summary>Puts MailKit's exceptions into our words, with the mail server's own answer where there is one.</summary>
    private Exception Explain(Exception fault) => fault switch
    {
        AuthenticationException or SaslException => new SmtpLoginFault(_transcript.FindAnswer()?.Text ?? fault.Message),
        SmtpCommandException told => new SmtpFault(SmtpAnswer.Of((int)told.StatusCode, told.Message).Text, fault),
        MailKit.ProtocolException => new SmtpFault(_transcript.HasHeard ? "The mail server's answer is not SMTP" : "The mail server closed the connection", fault),
        NotSupportedException when _settings.Tls == MailTls.StartTls => new SmtpFault("The mail server does not offer STARTTLS, and Sluice sends no mail without TLS", fault),
        _ => fault,
    };

    private static MailboxAddress Mailbox(string address) => new(Encoding.UTF8, "", WireAddress.Of(address));

    private void Close()
    {
        _client.Dispose();
        _socket.Dispose();
    }

    /// <summary>Keeps the first refusal, also if the connection breaks right after it.</summary>
    private sealed class Client(SmtpTranscript transcript) : SmtpClient(transcript)
    {
        public (SmtpStage Stage, SmtpAnswer Answer)? Refusal { get; set; }

        /// <summary>Whether the mail is written only to learn its length.</summary>
        public bool IsMeasuring { get; private set; }

        protected override async Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken)
        {
            IsMeasuring = true;
            try
            {
                return await base.GetSizeAsync(options, message, cancellationToken);
            }
            finally
            {
                IsMeasuring = false;
            }
        }

        protected override void OnSenderNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            Refusal ??= (SmtpStage.Sender, SmtpAnswer.Of((int)response.StatusCode, response.Response));
            base.OnSenderNotAccepted(message, mailbox, response);
        }

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            Refusal ??= (SmtpStage.Recipient, SmtpAnswer.Of((int)response.StatusCode, response.Response));
            base.OnRecipientNotAccepted(message, mailbox, response);
        }

        /// <summary>MailKit takes every code below 300 for a yes, also 2.</summary>
        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            if ((int)response.StatusCode < 200)
            {
                throw new SmtpFault("The mail server's answer is not SMTP");
            }
        }
    }

    /// <summary>Asks before the last line is sent: MailKit sends it as soon as the body is written.</summary>
    private sealed class WatchedBody(Client client, Func<Task<bool>> beforeLastLine, SmtpWait wait) : MultipartAlternative
    {
        public override async Task WriteToAsync(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
        {
            await base.WriteToAsync(options, stream, contentOnly, cancellationToken);
            if (client.IsMeasuring)
            {
                return;
            }

            if (!await AskAsync())
            {
                throw new SmtpFault("Somebody else has taken over the mail");
            }

            if (!wait.TryPassLastLine())
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        private async Task<bool> AskAsync()
        {
            try
            {
                return await beforeLastLine();
            }
            catch (Exception fault)
            {
                throw new SmtpFault("Sluice could not record that it was about to send the mail's last line", fault);
            }
        }
    }
}
