using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Smtp;

/// <summary>One session of SMTP (RFC 5321). Takes mail for any address; nothing is passed on.</summary>
internal sealed partial class SmtpSession(MailConnection client, Caller company, HandInMail handIn, ILogger logger)
{
    private const int MaxLine = 16 * 1024; // A line of AUTH may have 12,288 bytes.
    private const int MaxRecipients = 100;
    private const int MaxErrors = 20;

    private readonly List<string> _to = [];
    private bool _isGreeted;
    private string? _from; // Null: no mail is begun. Empty: it has no sender, as reports have.
    private int _errors;
    private bool _isOver;

    public async Task RunAsync()
    {
        client.Patience = TimeSpan.FromMinutes(5); // RFC 5321, 4.5.3.2.7.
        client.WriteLine("220 localhost ESMTP Sluice dev: takes mail in, and passes none on");
        await client.FlushAsync();
        while (!_isOver)
        {
            var line = Encoding.UTF8.GetString(await client.ReadLineAsync(MaxLine));
            if (HttpGuard.IsHttp(line))
            {
                throw new SessionEndsException("This is SMTP, not HTTP");
            }

            var answer = await AnswerAsync(line);
            _errors = answer[0] == '5' ? _errors + 1 : 0;
            client.WriteLine(answer);
            await client.FlushAsync();
            if (_errors == MaxErrors)
            {
                throw new SessionEndsException("Too many errors");
            }
        }
    }

    private Task<string> AnswerAsync(string line)
    {
        var (verb, rest) = line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (line[..at], line[(at + 1)..].Trim()) : (line.Trim(), "");
        return verb.ToUpperInvariant() switch
        {
            "EHLO" => Now(Greet($"250-localhost\r\n250-SIZE {SmtpData.MaxBytes}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN")),
            "HELO" => Now(Greet("250 localhost")),
            "AUTH" => AuthAsync(rest),
            "MAIL" => Now(Mail(rest)),
            "RCPT" => Now(Recipient(rest)),
            "DATA" => DataAsync(),
            "RSET" => Now(Reset("250 2.0.0 Reset")),
            "NOOP" => Now("250 2.0.0 OK"),
            "VRFY" => Now("252 2.1.5 Every address is taken"),
            "HELP" => Now("214 2.0.0 EHLO, MAIL FROM:<you@example.com>, RCPT TO:<them@example.com>, DATA, a message, a line with a dot, QUIT"),
            "QUIT" => Now(Quit()),
            _ => Now("500 5.5.1 Unknown command"),
        };
    }

    private static Task<string> Now(string answer) => Task.FromResult(answer);

    private string Greet(string answer)
    {
        _isGreeted = true;
        return Reset(answer);
    }

    private string Reset(string answer)
    {
        _from = null;
        _to.Clear();
        return answer;
    }

    private string Quit()
    {
        _isOver = true;
        return "221 2.0.0 Goodbye";
    }

    /// <summary>Asks for a name and a password, and takes any: mail programs want to be asked, and only this machine can call.</summary>
    private async Task<string> AuthAsync(string given)
    {
        var words = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var questions = words is [var name, ..] ? name.ToUpperInvariant() switch { "PLAIN" => 1, "LOGIN" => 2, _ => 0 } : 0;
        for (var asked = words.Length - 1; asked < questions; asked++)
        {
            client.WriteLine($"334 {(questions == 1 ? "" : asked == 0 ? "VXNlcm5hbWU6" : "UGFzc3dvcmQ6")}"); // "Username:", "Password:"
            await client.FlushAsync();
            if (await client.ReadLineAsync(MaxLine) is [(byte)'*'])
            {
                return "501 5.7.0 Given up";
            }
        }

        return questions == 0 ? "504 5.5.4 PLAIN or LOGIN" : "235 2.7.0 Any name and password will do";
    }

    private string Mail(string rest)
    {
        if (!_isGreeted || _from is not null)
        {
            return _isGreeted ? "503 5.5.1 A mail is begun already" : "503 5.5.1 Say EHLO first";
        }

        if (SmtpPath.Read(rest, "FROM:") is not { } path || (path.Address.Length > 0 && EmailAddress.Read(path.Address) is null))
        {
            return "501 5.1.7 It should be MAIL FROM:<you@example.com>, or MAIL FROM:<> for a report";
        }

        if (path.Size > SmtpData.MaxBytes)
        {
            return SmtpData.TooLarge;
        }

        _from = path.Address;
        return "250 2.1.0 OK";
    }

    private string Recipient(string rest)
    {
        if (_from is null)
        {
            return "503 5.5.1 Say MAIL first";
        }

        if (SmtpPath.Read(rest, "TO:") is not { } path || EmailAddress.Read(path.Address) is not { } address)
        {
            return "553 5.1.3 It should be RCPT TO:<them@example.com>";
        }

        if (_to.Count == MaxRecipients)
        {
            return "452 4.5.3 Too many recipients";
        }

        _to.Add(address);
        return "250 2.1.5 OK";
    }

    private async Task<string> DataAsync()
    {
        if (_from is null || _to.Count == 0)
        {
            return "503 5.5.1 Say MAIL and RCPT first";
        }

        client.WriteLine("354 End with a line that has only a dot");
        await client.FlushAsync();
        var (raw, from, to) = (await SmtpData.ReadAsync(client), _from, _to.ToList());
        Reset("");
        return raw is null ? SmtpData.TooLarge : await TakeAsync(from, to, raw);
    }

    /// <summary>A mail that could not be taken in is the client's to send again.</summary>
    private async Task<string> TakeAsync(string from, List<string> to, byte[] raw)
    {
        try
        {
            return $"250 2.0.0 {await handIn.RunAsync(company, from, to, raw, client.Ended)}";
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(fault);
            return "451 4.3.0 A fault in Sluice; its log says more";
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A mail that was handed in could not be taken in")]
    private partial void LogFault(Exception fault);
}
