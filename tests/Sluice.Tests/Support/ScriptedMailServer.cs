using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;

namespace Sluice.Tests.Support;

/// <summary>A mail server that misbehaves on request, on a loopback port and without TLS.</summary>
internal sealed class ScriptedMailServer : IAsyncDisposable
{
    /// <summary>The server does not answer.</summary>
    public const string Silence = "silence";

    public const string HangUp = "hang up";

    /// <summary>The server gives the usual good answer, but not before <see cref="Continue"/>.</summary>
    public const string Pause = "pause";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _continue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;
    private readonly ConcurrentDictionary<string, string> _answers;
    private readonly ConcurrentDictionary<string, string> _answersOnce = new();

    /// <param name="answers">
    /// The answer to a command, by the command's first word ("." for the end of a mail, "greeting" for the start): <see cref="Silence"/>,
    /// <see cref="HangUp"/> or text. Everything else gets a good answer.
    /// </param>
    public ScriptedMailServer(params (string To, string Answer)[] answers)
    {
        _answers = new(answers.Select(one => KeyValuePair.Create(one.To, one.Answer)));
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>All lines that clients have sent.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    /// <summary>Gets each mail before it is accepted.</summary>
    public Func<string, Task> OnMail { get; init; } = _ => Task.CompletedTask;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Short only where the test waits for it: a busy machine may take seconds for an answer. MailKit waits for the rest of a code that is too short.</summary>
    private TimeSpan Patience => _answers.Values.Any(answer => answer is Silence || answer.Length < 3) ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(30);

    public string Url => $"smtp://127.0.0.1:{Port}?tls=none";

    /// <param name="userInfo">User and password, as in a URL.</param>
    /// <param name="patience">How long the client waits for an answer.</param>
    public SmtpTransport Transport(string userInfo = "", TimeSpan? patience = null) => new(new SmtpSettings
    {
        Host = "127.0.0.1",
        Port = Port,
        Tls = MailTls.None,
        Credential = userInfo.Length == 0 ? null : new NetworkCredential(userInfo.Split(':')[0], userInfo.Split(':')[1]),
        Timeout = patience ?? Patience,
        FinalReplyTimeout = Patience,
        MachineName = "sluice",
    });

    public void Answer(string to, string answer) => _answers[to] = answer;

    /// <summary>Gives the answers that pause.</summary>
    public void Continue() => _continue.TrySetResult();

    /// <summary>Answers so to the next such command only.</summary>
    public void AnswerOnce(string to, string answer) => _answersOnce[to] = answer;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving; // Wait before the listener is disposed: accepting on a disposed listener would throw.
        _listener.Dispose();
        _end.Dispose();
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
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
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
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            if (await AnswerAsync(client, "greeting", "220 peer") is null)
            {
                return;
            }

            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                Heard.Enqueue(line);
                var word = line.Split(' ', ':')[0];
                var said = await AnswerAsync(client, word, Usual(word));
                if (said is null || (word == "DATA" && said.StartsWith("354", StringComparison.Ordinal) && !await TakeMailAsync(client, reader)))
                {
                    return;
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The client has left, or the test is over.
        }
    }

    private static string Usual(string word) => word switch
    {
        "EHLO" => "250-peer\r\n250-8BITMIME\r\n250 AUTH LOGIN",
        "AUTH" => "334 VXNlcm5hbWU6",
        "DATA" => "354 go on",
        _ => "250 fine",
    };

    private async Task<bool> TakeMailAsync(TcpClient client, StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(_end.Token) is var line && line != ".")
        {
            if (line is null)
            {
                return false; // The client left before the last line.
            }

            Heard.Enqueue(line);
            mail.Append(line).Append("\r\n");
        }

        Heard.Enqueue(".");
        await OnMail(mail.ToString());
        return await AnswerAsync(client, ".", "250 taken") is not null;
    }

    /// <returns>What was said; null ends the conversation.</returns>
    private async Task<string?> AnswerAsync(TcpClient client, string to, string usual)
    {
        var answer = _answersOnce.TryRemove(to, out var once) ? once : _answers.GetValueOrDefault(to, usual);
        switch (answer)
        {
            case HangUp:
                return null;
            case Pause:
                await _continue.Task.WaitAsync(_end.Token);
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(usual + "\r\n"), _end.Token);
                return usual;
            case Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
                return null;
            default:
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n"), _end.Token);
                return answer;
        }
    }
}
