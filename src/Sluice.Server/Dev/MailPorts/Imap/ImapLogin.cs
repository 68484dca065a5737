using System.Text;
using Sluice.Engine.Primitives;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Reads who logs in. Whoever reaches the port may see all mail, as at <c>/sluice/v1</c>, so the password does not matter.</summary>
internal sealed class ImapLogin(MailConnection client)
{
    private const int MaxLine = 16 * 1024;
    private const string Everybody = "all";

    /// <returns>Null: it is neither an address nor <c>all</c>.</returns>
    public async Task<LoginName?> ReadAsync(ImapParser parser, string word)
    {
        parser.Space();
        return word == "LOGIN" ? Find(ReadLogin(parser)) : await ReadPlainAsync(parser);
    }

    private static string ReadLogin(ImapParser parser)
    {
        var name = parser.Text();
        parser.Space();
        parser.Text();
        parser.End();
        return name;
    }

    /// <summary>Reads AUTHENTICATE PLAIN (RFC 4616), with its answer in the same line (RFC 4959) or in the next one.</summary>
    private async Task<LoginName?> ReadPlainAsync(ImapParser parser)
    {
        var mechanism = parser.Word();
        if (mechanism != "PLAIN")
        {
            throw ImapParser.Bad("Only PLAIN is known");
        }

        string answer;
        if (parser.TryTake(' '))
        {
            answer = parser.Atom();
        }
        else
        {
            client.WriteLine("+ ");
            await client.FlushAsync();
            answer = Encoding.UTF8.GetString(await client.ReadLineAsync(MaxLine));
        }

        var bytes = new byte[answer.Length];
        return Convert.TryFromBase64String(answer, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split('\0') is [_, var name, _]
            ? Find(name)
            : throw ImapParser.Bad("The answer to AUTHENTICATE PLAIN cannot be read");
    }

    private static LoginName? Find(string name) => name.Trim().Equals(Everybody, StringComparison.OrdinalIgnoreCase) ? new LoginName(null)
        : EmailAddress.Read(name) is { } address ? new LoginName(EmailAddress.Key(address))
        : null;
}

/// <param name="Address">As <see cref="EmailAddress.Key"/>; null: everybody's mail.</param>
internal sealed record LoginName(string? Address);
