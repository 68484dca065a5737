using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Tests.Support;

/// <summary>Gives every connection the same answer, with or without TLS: a server that is not Sluice, or that is set up wrongly.</summary>
internal sealed class AnswerServer : IAsyncDisposable
{
    private const int TlsHandshake = 0x16;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _answer;
    private readonly X509Certificate2? _certificate;
    private readonly TimeSpan _delay;
    private readonly Task _serving;

    /// <param name="answer">All that it sends, after the end of a request's headers; empty: it hangs up.</param>
    /// <param name="certificate">Null: without TLS.</param>
    /// <param name="delay">How long a client waits for the answer.</param>
    public AnswerServer(string answer, X509Certificate2? certificate = null, TimeSpan delay = default)
    {
        (_answer, _certificate, _delay) = (answer, certificate, delay);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The lines of all requests' headers.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static string Http(string status, string type, string body, string header = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{header}\r\n{body}";

    /// <param name="name">A DNS name or an IP address that the certificate is for.</param>
    /// <param name="issuer">Null: it is self-signed.</param>
    public static X509Certificate2 Certificate(string name, DateTimeOffset from, DateTimeOffset until, X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        using var bare = issuer is null ? request.CreateSelfSigned(from, until) : request.Create(issuer, from, until, [1, 2, 3]).CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Dispose();
        _end.Dispose();
        _certificate?.Dispose();
    }

    private async Task ServeAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (!_end.IsCancellationRequested)
            {
                talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }

        await Task.WhenAll(talks);
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var socket = client;
        try
        {
            await using var stream = _certificate is null ? (Stream)client.GetStream() : new SslStream(client.GetStream());
            if (stream is SslStream tls)
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
            }

            using var reader = new StreamReader(stream, Encoding.Latin1, false, 1024, leaveOpen: true);
            if (reader.Peek() != TlsHandshake)
            {
                for (var line = await reader.ReadLineAsync(_end.Token); line is { Length: > 0 }; line = await reader.ReadLineAsync(_end.Token))
                {
                    Heard.Enqueue(line);
                }
            }

            await Task.Delay(_delay, TimeProvider.System, _end.Token);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer), _end.Token);
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException or OperationCanceledException)
        {
            // The client has left, or the test is over.
        }
    }
}
