using Sluice.Engine.SignIn;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Logins;

/// <summary>The OpenAPI texts of logins and sessions.</summary>
internal static class LoginDescription
{
    public static readonly OperationDescription List = new("listLogins", ManagedParts.People, "List logins", "Lists the users who can sign in to the console, with their roles.")
    {
        Answer = LoginJson.Default.LoginsAnswer,
    };

    public static readonly OperationDescription Invite = new(
        "inviteUser", ManagedParts.People, "Invite a user",
        "Makes a link by which a person sets the password for the console. The link is in this answer and nowhere else, works once, and for three days; a link made before ends. A user with this address is added if there is none.")
    {
        Body = Schema.Object(
            "Who is invited.",
            Required("email", Schema.Email("The e-mail address, by which the person signs in.")),
            Optional("firstName", Schema.Text("The first name of a user who is added. Default: what stands before the @.", "Ada")),
            Optional("lastName", Schema.Text("The last name of a user who is added.", "Lovelace")),
            Optional("roles", Schema.List("What the person may do in the console. Default: the roles that the user has, or none.", Schema.Enum("A role.", RoleWords.All).Named("Role")))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = LoginJson.Default.InvitationAnswer,
    };

    public static readonly OperationDescription Change = new("changeLogin", ManagedParts.People, "Change the roles of a user", "Sets what a user may do in the console. It counts at once.")
    {
        Path = [ManagedParts.Id("The user's id.")],
        Body = Schema.Object("The roles.", Required("roles", Schema.List("All roles that the user has from now on.", Schema.Enum("A role.", RoleWords.All).Named("Role")))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = LoginJson.Default.LoginAnswer,
    };

    public static readonly OperationDescription Remove = new("removeLogin", ManagedParts.People, "Remove a login", "Takes the login of a user away, and ends the user's sessions. The user stays.")
    {
        Path = [ManagedParts.Id("The user's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = LoginJson.Default.LoginRemoved,
    };

    public static readonly OperationDescription ListSessions = new("listSessions", ManagedParts.People, "List sessions", "Lists the newest 200 browsers that are signed in to the console.")
    {
        Answer = LoginJson.Default.SessionsAnswer,
    };

    public static readonly OperationDescription EndSession = new("endSession", ManagedParts.People, "End a session", "Ends a session at once: its browser has to sign in again.")
    {
        Path = [ManagedParts.Id("The session's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = LoginJson.Default.SessionEnded,
    };
}
