using System.Text;
using Sluice.Client;

namespace Sluice.Testing;

/// <summary>A prospect's run through a flow, to assert about it.</summary>
public sealed class FlowRun
{
    private readonly SluiceWorld _world;

    internal FlowRun(SluiceWorld world, FlowInstanceId id) => (_world, Id) = (world, id);

    /// <summary>The id of the flow instance.</summary>
    public FlowInstanceId Id { get; }

    /// <summary>Holds that the run has a status, now or after what is due now is done. If not, says why the run is where it is.</summary>
    /// <param name="status">The status.</param>
    /// <param name="because">Why it is paused; null: for any reason.</param>
    public async Task ShouldBeAsync(FlowInstanceStatus status, PauseReason? because = null, CancellationToken ct = default)
    {
        var state = await StateAsync(ct).ConfigureAwait(false);
        if (!Is(state, status, because))
        {
            await _world.Clock.SettleAsync(ct).ConfigureAwait(false);
            state = await StateAsync(ct).ConfigureAwait(false);
        }

        if (!Is(state, status, because))
        {
            throw new SluiceAssertionException(
                $"The run should be {status}{(because is { } reason ? $" because of {reason}" : "")}. It is {state.FlowInstanceStatus}{(state.PauseReason is { } why ? $" because of {why}" : "")}.\n{await ExplainAsync(ct).ConfigureAwait(false)}");
        }
    }

    /// <summary>Reads the state.</summary>
    public Task<FlowInstanceState> StateAsync(CancellationToken ct = default) => _world.Control.GetFlowInstanceAsync(Id, ct);

    /// <summary>Says in text why the run is where it is, and what happened to it.</summary>
    public async Task<string> ExplainAsync(CancellationToken ct = default)
    {
        var why = await _world.Control.ExplainAsync(Id, ct).ConfigureAwait(false);
        var text = new StringBuilder($"Flow instance {Id}: {why.Sentence}");
        foreach (var one in why.History ?? [])
        {
            text.Append($"\n  {one.At:yyyy-MM-dd HH:mm zzz}  {one.Type,-16}  {one.By}  {one.Detail}");
        }

        return text.ToString();
    }

    private static bool Is(FlowInstanceState state, FlowInstanceStatus status, PauseReason? because) => state.FlowInstanceStatus == status && (because is null || state.PauseReason == because);
}
