using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>What may stand between double braces in a step's texts, and what it means for one prospect and one sender.</summary>
internal static class Placeholders
{
    /// <summary>Those that are known without an assignment's variables.</summary>
    public static IReadOnlyCollection<string> Names => Of(
        Prospect.Bare(0, 0, "", default), new User(0, 0, "", "", "", null, null, null, false, false, "", null, null!, default), []).Keys;

    /// <summary>Names count to the letter. What is not known of somebody is null, and so is an empty field: "Hi ," is no greeting.</summary>
    /// <param name="prospect">Who gets it.</param>
    /// <param name="sender">In whose name it goes.</param>
    /// <param name="variables">Of the assignment: they come first, also empty ones; a null says nothing.</param>
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
            ["account_name"] = Known(prospect.CompanyName),
            ["sender.first_name"] = Known(sender.FirstName),
            ["sender.last_name"] = Known(sender.LastName),
            ["sender.full_name"] = Known(sender.FullName),
            ["sender.title"] = Known(sender.Title),
            ["sender.email"] = Known(sender.SenderAddress ?? sender.Email),
            ["sender.phone_number"] = Known(sender.PhoneNumber),
        };
        foreach (var (name, value) in variables)
        {
            values[name] = value ?? values.GetValueOrDefault(name);
        }

        return values;
    }

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
