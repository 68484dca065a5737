using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Users;

/// <summary>The OpenAPI texts of writing users.</summary>
internal static class ManagedUserDescription
{
    public static readonly OperationDescription List = new("listManagedUsers", ManagedParts.People, "List users", "Lists all users with their seats, 100 per page.")
    {
        Query = [ManagedParts.Cursor],
        Answer = ManagedUserJson.Default.ManagedUsersAnswer,
    };

    public static readonly OperationDescription Get = new("getManagedUser", ManagedParts.People, "Show a user", "Returns one user.")
    {
        Path = [ManagedParts.Id("The user's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = ManagedUserJson.Default.ManagedUserAnswer,
    };

    public static readonly OperationDescription Create = new("createUser", ManagedParts.People, "Add a user", "Adds a user. Users are never deleted: set active to false instead.")
    {
        Body = Fields(isNew: true),
        Status = StatusCodes.Status201Created,
        Answer = ManagedUserJson.Default.ManagedUserAnswer,
    };

    public static readonly OperationDescription Change = new(
        "changeUser", ManagedParts.People, "Change a user",
        "Changes the fields in the request and keeps all others. The open flow instances of a user who loses the seat end.")
    {
        Path = [ManagedParts.Id("The user's id.")],
        Body = Fields(isNew: false),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = ManagedUserJson.Default.ManagedUserAnswer,
    };

    private static System.Text.Json.Nodes.JsonObject Fields(bool isNew) => Schema.Object(
        isNew ? "The new user." : "The fields to change.",
        new Input("email", Schema.Email("The e-mail address. No other user has it."), isNew),
        new Input("firstName", Schema.Text("First name.", "Ada"), isNew),
        Optional("lastName", Schema.Text("Last name.", "Lovelace")),
        Optional("title", Schema.Text("Job title.", "Account executive")),
        Optional("phoneNumber", Schema.Text("Phone number.", "+1 555 0100")),
        Optional("active", Schema.Flag("Whether the user may still sign in.")),
        Optional("hasSeat", Schema.Flag("Whether the user may own flow instances.")),
        Optional("timeZone", Schema.Text("An IANA name of a time zone. Steps are due in the owner's time zone.", "Europe/Berlin")),
        Optional("senderAddress", Schema.Text("The address from which mail leaves, if it is not the user's own.", "ada@mail.example.com")),
        Optional("emailAliases", Schema.List("Other e-mail addresses of the user, at most 20.", Schema.Text("An address.", "a.lovelace@example.com"))));
}
