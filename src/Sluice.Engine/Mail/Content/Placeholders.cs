using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>The names that may stand between double braces in a step's texts, and their values for one prospect and one sender.</summary>
internal static class Placeholders
{
    /// <summary>The names that exist without an assignment's variables.</summary>
    public static IReadOnlyCollection<string> Names => Of(
        Prospect.FromCrmId(0, 0, "", default), new User(0, 0, "", "", "", null, null, null, false, false, "", null, null!, default), []).Keys;

    /// <summary>
    /// Collects the value of each name; names are case-sensitive. An unknown or empty field is null, and a text that uses it is not sent
    /// automatically: "Hi ," is not a greeting.
    /// </summary>
    /// <param name="prospect">The recipient.</param>
    /// <param name="sender">The user in whose name the mail is sent.</param>
    /// <param name="variables">Variables of the assignment. They replace the fields above, even by an empty text; a null keeps the field.</param>
    public static Dictionary<string, string?> Of(Prospect prospect, User sender, IEnumerable<KeyValuePair<string, string?>> variables)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["recipient.first_name"] = Known(prospect.FirstName),
            ["recipient.last_name"] = Known(prospect.LastName),
            ["recipient.full_name"] = Known($"{prospect.FirstName} {prospect.LastName}".Trim()),
            ["recipient.title"] = Known(prospect.Title),
            ["recipient.email"] = Known(prospect.Email),
            ["recipient.phone_number"] = Known(prospect.PhoneNumber),
            ["account_name"] = Known(prospect.CompanyName) ?? Known(prospect.AccountName),
            ["sender.first_name"] = Known(sender.FirstName),
            ["sender.last_name"] = Known(sender.LastName),
            ["sender.full_name"] = Known(sender.FullName),
            ["sender.title"] = Known(sender.Title),
            ["sender.email"] = Known(sender.SenderAddress ?? sender.Email),
            ["sender.phone_number"] = Known(sender.PhoneNumber),
        };
        foreach (var (name, value) in prospect.Fields)
        {
            values.TryAdd(name, Known(value));
        }

        foreach (var (name, value) in variables)
        {
            values[name] = value ?? values.GetValueOrDefault(name);
        }

        return values;
    }

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
