using System.Runtime.CompilerServices;

namespace Sluice.Client;

// Flows, folders and steps.
public sealed partial class SluiceClient
{
    private const int MaxFlowsOfSteps = 20;

    /// <summary>Lists the flows that a user may assign: the company's, the user's own, and those shared with the user.</summary>
    /// <param name="ownerEmail">The user.</param>
    /// <param name="filter">Null: all of them.</param>
    public IAsyncEnumerable<Flow> ListFlowsAsync(string ownerEmail, FlowFilter? filter = null, CancellationToken ct = default) => PagesAsync(
        cursor => GetAsync(
            Query.To(
                "/v2/flows", ("flowOwnerEmail", ownerEmail), ("cursor", cursor), ("workspaceId", filter?.WorkspaceId?.Value), ("folderId", filter?.FolderId?.Value),
                ("mostRecentlyAssigned", filter?.MostRecentlyAssigned == true ? "true" : null)),
            SluiceJson.Default.FlowsAnswer,
            ct),
        page => page.Flows,
        page => page.Records,
        ct);

    /// <summary>Lists the folders that a user sees.</summary>
    /// <param name="ownerEmail">The user.</param>
    /// <param name="filter">Null: all of them.</param>
    public IAsyncEnumerable<FlowFolder> ListFlowFoldersAsync(string ownerEmail, FolderFilter? filter = null, CancellationToken ct = default) => PagesAsync(
        cursor => GetAsync(
            Query.To("/v2/flows/folders", ("flowFolderOwnerEmail", ownerEmail), ("cursor", cursor), ("parentId", filter?.ParentId?.Value), ("workspaceId", filter?.WorkspaceId?.Value)),
            SluiceJson.Default.FoldersAnswer,
            ct),
        page => page.FlowsFolders ?? page.Flows,
        page => page.Records,
        ct);

    /// <summary>Reads flows with their steps, in the order of the ids. More than 20 ids are sent in several calls. An unknown id is a 404.</summary>
    public async IAsyncEnumerable<FlowWithSteps> ListFlowStepsAsync(IEnumerable<FlowId> flowIds, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(flowIds);
        foreach (var some in flowIds.Distinct().Chunk(MaxFlowsOfSteps))
        {
            var answer = await ReadAsync("/v2/flows/steps", new StepsRequest(some), SluiceJson.Default.StepsRequest, SluiceJson.Default.StepsAnswer, ct).ConfigureAwait(false);
            foreach (var flow in answer.Flows ?? [])
            {
                yield return flow;
            }
        }
    }
}
