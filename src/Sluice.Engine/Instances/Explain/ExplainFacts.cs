using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances.Explain;

/// <param name="Flow">A deleted flow too.</param>
/// <param name="People">All users that the other facts name, by id.</param>
/// <param name="Mail">The newest message.</param>
internal sealed record ExplainFacts(
    Run Run, Flow? Flow, IReadOnlyList<Step> Steps, IReadOnlyDictionary<long, User> People, IReadOnlyList<InstanceEvent> Events, ToDo? ToDo, Message? Mail)
{
    public bool IsFlowDeleted { get; init; }

    /// <summary>The step it is at, in the flow as it is now; null if no step is left.</summary>
    public CurrentStep? At { get; init; }

    /// <summary>Whether this node has a mail server; another node on the same database may have one.</summary>
    public bool HasMailServer { get; init; }

    /// <summary>The company wants an unsubscribe link in its mail, but the server does not know its public URL.</summary>
    public bool LacksLink { get; init; }

    /// <summary>Null if no mail is queued.</summary>
    public SendingLimitUsage? Sent { get; init; }

    /// <summary>The messages that came in for it, oldest first.</summary>
    public IReadOnlyList<HeardMessage> Heard { get; init; } = [];

    public User? Owner => People.GetValueOrDefault(Run.OwnerId);

    public string NameOf(long userId) => People.TryGetValue(userId, out var user) ? user.FullName : "an unknown user";
}
