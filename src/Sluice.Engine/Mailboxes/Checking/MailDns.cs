using System.Net;
using System.Net.Sockets;
using DnsClient;

namespace Sluice.Engine.Mailboxes.Checking;

/// <summary>Looks up in the DNS what receivers look up there about a sender.</summary>
/// <param name="server">The name server to ask; null: those of the machine.</param>
internal sealed class MailDns(IPEndPoint? server)
{
    private readonly Lazy<LookupClient> _client = new(() =>
    {
        var options = server is null ? new LookupClientOptions() : new LookupClientOptions(new NameServer(server));
        (options.Timeout, options.Retries, options.UseCache, options.ContinueOnDnsError) = (server is null ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(20), 1, false, false);
        return new LookupClient(options);
    });

    /// <returns>The TXT records of a name, each in one piece; none: there is no such name, or it has none.</returns>
    /// <exception cref="DnsResponseException">No name server answers.</exception>
    public async Task<List<string>> TextsAsync(string name, CancellationToken ct) =>
        [.. (await _client.Value.QueryAsync(name, QueryType.TXT, cancellationToken: ct)).Answers.TxtRecords().Select(record => string.Concat(record.Text))];

    /// <exception cref="DnsResponseException">No name server answers.</exception>
    public async Task<List<IPAddress>> AddressesAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        var (four, six) = (await _client.Value.QueryAsync(host, QueryType.A, cancellationToken: ct), await _client.Value.QueryAsync(host, QueryType.AAAA, cancellationToken: ct));
        return [.. four.Answers.ARecords().Select(record => record.Address), .. six.Answers.AaaaRecords().Select(record => record.Address)];
    }

    /// <returns>The names of an address (PTR), without the last dot.</returns>
    /// <exception cref="DnsResponseException">No name server answers.</exception>
    public async Task<List<string>> NamesAsync(IPAddress address, CancellationToken ct) =>
        [.. (await _client.Value.QueryReverseAsync(address, ct)).Answers.PtrRecords().Select(record => record.PtrDomainName.Value.TrimEnd('.'))];

    /// <summary>Whether the address is one that the internet can see.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return !IPAddress.IsLoopback(address) && (address.AddressFamily == AddressFamily.InterNetwork
            ? !(bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] is >= 64 and < 128))
            : !address.IsIPv6LinkLocal && !address.IsIPv6UniqueLocal);
    }
}
