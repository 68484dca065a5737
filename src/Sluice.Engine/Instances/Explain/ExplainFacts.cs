using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances.Explain;

/// <param name="Flow">Also a deleted one.</param>
/// <param name="People">All that are named, by id.</param>
/// <param name="Mail">The newest.</param>
internal sealed record ExplainFacts(
    Run Run, Flow? Flow, IReadOnlyList<Step> Steps, IReadOnlyDictionary<long, User> People, IReadOnlyList<InstanceEvent> Events, OpenToDo? ToDo, Message? Mail)
{
    public bool IsFlowDeleted { get; init; }

    /// <summary>Where it stands in the flow as that is now; null: no step is left.</summary>
    public CurrentStep? At { get; init; }

    /// <summary>Whether this server has one; another on the same database may.</summary>
    public bool HasMailServer { get; init; }

    /// <summary>The company wants the link to unsubscribe, and nobody said where it would lead.</summary>
    public bool LacksLink { get; init; }

    /// <summary>Not there where no mail is queued.</summary>
    public SentSoFar? Sent { get; init; }

    public User? Owner => People.GetValueOrDefault(Run.OwnerId);
}
