using Sluice.Engine.Companies;
using Sluice.Engine.Prospects;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>A queue of mail of one sender and one flow that the same limit, or a hold of the sender, keeps back.</summary>
/// <param name="Scope">What the limit is of: sender, recipient, domain or company.</param>
/// <param name="ScopeKey">The keyed hash of the recipient or domain; empty for the other scopes.</param>
internal sealed record LimitQueueKey(long SenderId, long FlowId, string Scope, string ScopeKey)
{
    public static LimitQueueKey Of(Message message, long flowId, HoldReason reason, Company company) => reason switch
    {
        HoldReason.RecipientDay => new(message.SenderId, flowId, "recipient", AddressKey.OfEmail(message.Recipient).Hash(company.CursorKey)),
        HoldReason.DomainDay => new(message.SenderId, flowId, "domain", AddressKey.OfDomainOf(message.Recipient).Hash(company.CursorKey)),
        HoldReason.CompanyDay => new(message.SenderId, flowId, "company", ""),
        _ => new(message.SenderId, flowId, "sender", ""),
    };
}

/// <summary>A message that must wait, and where.</summary>
/// <param name="Until">When the queue opens.</param>
/// <param name="Why">Why all mail in the queue waits.</param>
internal sealed record WaitingMail(Message Message, LimitQueueKey Queue, DateTimeOffset Until, Hold Why);
