namespace Sluice.Client;

/// <summary>Sends a long list in several calls, one after the other, and joins what came of them.</summary>
internal static class Batches
{
    /// <summary>If the only call fails, throws. If one of several fails, sends no more, and says which ids that leaves.</summary>
    public static async Task<(List<TAnswer> Answers, List<FailedBatch<TId>> Failed)> SendAsync<TId, TAnswer>(IEnumerable<TId> ids, int size, Func<TId[], Task<TAnswer>> send)
    {
        var batches = ids.Distinct().Chunk(size).ToList(); // The API takes the list as a set.
        var (answers, failed) = (new List<TAnswer>(), new List<FailedBatch<TId>>());
        foreach (var batch in batches)
        {
            if (failed is [var (_, first, _), ..])
            {
                failed.Add(new FailedBatch<TId>(batch, first, WasSent: false));
                continue;
            }

            try
            {
                answers.Add(await send(batch).ConfigureAwait(false));
            }
            catch (SluiceException fault) when (batches.Count > 1)
            {
                failed.Add(new FailedBatch<TId>(batch, fault, WasSent: true));
            }
        }

        return (answers, failed);
    }
}
