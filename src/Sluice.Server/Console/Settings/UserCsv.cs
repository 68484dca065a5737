using System.Text;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

/// <summary>Writes the users as comma-separated values. The API has two lists of them: one of all users, and one of those who may sign in.</summary>
internal static class UserCsv
{
    public static async Task<IResult> WriteAsync(Visit visit, Db db, UserStore users)
    {
        var logins = (await new LoginStore(db).ListAsync(visit.CompanyId, visit.Ct)).ToDictionary(one => one.UserId);
        var csv = new StringBuilder();
        CsvText.WriteRow(csv, "id", "email", "firstName", "lastName", "title", "phoneNumber", "active", "hasSeat", "timeZone", "senderAddress", "roles", "hasPassword", "hasSecondFactor", "invitedUntil");
        foreach (var user in (await users.ListAsync(visit.CompanyId, UserFilter.All, long.MinValue, ListCsv.MaxRows, visit.Ct)).Take(ListCsv.MaxRows))
        {
            CsvText.WriteRow(csv, [.. CellsOf(user), .. CellsOf(logins.GetValueOrDefault(user.Id), visit)]);
        }

        return ListCsv.File(visit, "users", csv.ToString());
    }

    private static string?[] CellsOf(User user) =>
        [WireId.Write(user.Id), user.Email, user.FirstName, user.LastName, user.Title, user.PhoneNumber, Word(user.Active), Word(user.HasSeat), user.TimeZone, user.SenderAddress];

    private static string?[] CellsOf(Login? login, Visit visit) => login is null
        ? ["", "", "", ""]
        : [string.Join(' ', RoleWords.Of(login.Roles)), Word(login.PasswordHash is not null), Word(login.TotpSecret is not null), login.InviteExpiresAt is { } until ? WireTime.Write(until, visit.Zone) : ""];

    private static string Word(bool holds) => holds ? "true" : "false";
}
