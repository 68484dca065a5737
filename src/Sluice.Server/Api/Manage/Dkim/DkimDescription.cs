using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Dkim;

/// <summary>The OpenAPI texts of keys for DKIM.</summary>
internal static class DkimDescription
{
    public static readonly OperationDescription List = new("listDkimKeys", ManagedParts.Mail, "List DKIM keys", "Lists the keys that sign mail, with the DNS records that they need. Private keys are never answered.")
    {
        Answer = DkimJson.Default.DkimKeysAnswer,
    };

    public static readonly OperationDescription Add = new(
        "addDkimKey", ManagedParts.Mail, "Make a DKIM key",
        "Makes keys that sign the mail of a domain: RSA with 2048 bits, and Ed25519 for a second signature. Add the `records` to the DNS, then set `active`. The private keys are encrypted before they are stored.")
    {
        Body = Schema.Object("The new key.", Required("domain", Schema.Text("The domain of the senders.", "example.com")), Optional("selector", Schema.Text("Tells keys of one domain apart. Default: sluice and the date.", "sluice20261127"))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = DkimJson.Default.DkimKeyAnswer,
    };

    public static readonly OperationDescription Change = new(
        "changeDkimKey", ManagedParts.Mail, "Sign with a DKIM key, or no more", "With `active`, mail of the domain is signed with this key within seconds, and with no other one. Without it, the mail is not signed.")
    {
        Path = [ManagedParts.Id("The key's id.")],
        Body = Schema.Object("The change.", Required("active", Schema.Flag("Whether mail is signed with it."))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = DkimJson.Default.DkimKeyAnswer,
    };

    public static readonly OperationDescription Remove = new(
        "removeDkimKey", ManagedParts.Mail, "Remove a DKIM key", "Removes a key. Leave its records in the DNS for some days: mail that is on its way needs them.")
    {
        Path = [ManagedParts.Id("The key's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = DkimJson.Default.DkimKeyRemoved,
    };
}
