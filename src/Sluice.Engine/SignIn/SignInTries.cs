using System.Net;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

/// <summary>
/// Counts wrong passwords and codes: ten in a quarter of an hour of an e-mail address, and ten of a network. A try is counted before it is checked and
/// taken back if it was right, so that many tries at once, over all nodes, get no further than ten.
/// </summary>
internal sealed class SignInTries(Db db, TimeProvider clock)
{
    public const int Max = 10;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <returns>How long to wait before the next try; null: this one may be made.</returns>
    public async Task<TimeSpan?> BeginAsync(string email, IPAddress? address, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var waits = await db.InTransactionAsync(
            async tx =>
            {
                var found = new List<DateTimeOffset>();
                foreach (var subject in Subjects(email, address))
                {
                    found.AddRange(await CountAsync(tx, subject, now, ct));
                }

                return found;
            },
            ct);
        return waits.Count == 0 ? null : waits.Max() + Window - now;
    }

    /// <summary>Takes back tries that were right. The address begins anew; the network keeps what others have failed.</summary>
    /// <param name="tries">How many of them this sign-in has made: the password, and the code.</param>
    public Task SucceedAsync(string email, IPAddress? address, int tries, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await tx.ExecuteAsync($"delete from sign_in_tries where subject = {OfEmail(email)}", ct);
            await tx.ExecuteAsync($"update sign_in_tries set failures = failures - {tries} where subject = {OfNetwork(address)} and failures >= {tries}", ct);
        },
        ct);

    public Task<int> SweepAsync(CancellationToken ct) => db.ExecuteAsync($"delete from sign_in_tries where since <= {clock.GetUtcNow() - Window}", ct);

    /// <summary>The network of an address: of IPv6 the first 64 bits, because a household has as many addresses as it likes.</summary>
    internal static string NetworkOf(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address ?? IPAddress.None;
        var bytes = plain.GetAddressBytes();
        return bytes.Length == 4 ? plain.ToString() : Convert.ToHexStringLower(bytes.AsSpan(0, 8));
    }

    private static async Task<IEnumerable<DateTimeOffset>> CountAsync(IDbSession tx, string subject, DateTimeOffset now, CancellationToken ct) => (await tx.QueryAsync($"""
        insert into sign_in_tries (subject, since, failures)
        values ({subject}, {now}, 1)
        on conflict (subject) do update
        set failures = case when sign_in_tries.since <= {now - Window} then 1 else sign_in_tries.failures + 1 end,
            since = case when sign_in_tries.since <= {now - Window} then {now} else sign_in_tries.since end
        returning since, failures
        """, row => (Since: row.Time("since"), Failures: row.Int("failures")), ct)).Where(one => one.Failures > Max).Select(one => one.Since);

    /// <summary>In one order, so that two tries at once never wait for each other in a circle.</summary>
    private static IEnumerable<string> Subjects(string email, IPAddress? address) => new[] { OfEmail(email), OfNetwork(address) }.Order(StringComparer.Ordinal);

    private static string OfEmail(string email) => Secret.Hash($"address {EmailAddress.Key(email)}");

    private static string OfNetwork(IPAddress? address) => Secret.Hash($"network {NetworkOf(address)}");
}
