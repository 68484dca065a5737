using Sluice.Engine.Crm;
using Sluice.Engine.Privacy;
using Sluice.Engine.Storage;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Support;

/// <remarks>Helpers for tests of erasure.</remarks>
internal sealed partial class TestApp
{
    public Task<Reply> FindDataAsync(string email, Tenant? of = null) =>
        GetAsync($"/v2/data-privacy/data-for-email-address?emailAddress={Uri.EscapeDataString(email)}", of?.Key);

    public Task<Reply> RequestErasureAsync(string email, Tenant? of = null) =>
        SendAsync(HttpMethod.Post, $"/v2/data-privacy/erase-data-for-email-address?emailAddress={Uri.EscapeDataString(email)}", key: of?.Key);

    /// <summary>Asks for the erasure, and waits until it is done.</summary>
    public async Task<Reply> EraseAsync(string email, Tenant? of = null)
    {
        var reply = await RequestErasureAsync(email, of);
        Assert.Equal(OK, reply.Status);
        await ErasuresEndAsync();
        return reply;
    }

    public Task ErasuresEndAsync() => Eventually.UntilAsync(async () => await CountAsync("erasures where finished_at is null") == 0);

    /// <param name="from">A table, and what follows it in a statement.</param>
    public async Task<long> CountAsync(string from) => (await Db.QueryAsync($"select count(*) from {new SqlText(from)}", row => row.GetInt64(0), CancellationToken.None)).Single();

    public Task<List<Erasure>> FinishedErasuresAsync() => new ErasureStore(Db).ListFinishedAsync(DateTimeOffset.UnixEpoch, CancellationToken.None);

    /// <summary>Uploads objects of one type, and waits until they are stored.</summary>
    public async Task HasObjectsAsync(string objectType, params string[] lines)
    {
        var known = (await CallAsync(Operations.ListIntegrations)).Json["integrations"]!.AsArray();
        var id = known.Count > 0 ? (long)known[0]!["integrationId"]! : (long)(await CallAsync(Operations.RegisterIntegration)).Json["integrationId"]!;
        var query = $"?integrationId={id}&objectType={objectType}&clientRequestId=up-{NextId()}";
        Assert.Equal(Created, (await UploadAsync(query, string.Join('\n', lines))).Status);
        await EventuallyAsync(() => GetAsync($"/v2/crm/request-status{query}"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");
    }

    /// <summary>Stores lines of an upload that no worker takes, because its client is still sending.</summary>
    public Task HasWaitingLinesAsync(string objectType, DateTimeOffset createdAt, params string[] lines) => Db.InTransactionAsync(
        async tx =>
        {
            var (request, until) = (new CrmRequest(Tenant.Id, 1, $"waits-{NextId()}", NextId(), objectType, CrmRequest.Receiving, [], 0, 0, 0), Now.AddYears(1));
            Assert.True(await new CrmRequestStore(tx).AddAsync(request, createdAt, until, CancellationToken.None));
            Assert.True(await new CrmRequestStore(tx).AddLinesAsync(request, [.. lines.Select((line, i) => new CrmLine(i + 1, line))], until, CancellationToken.None));
        },
        CancellationToken.None);
}
