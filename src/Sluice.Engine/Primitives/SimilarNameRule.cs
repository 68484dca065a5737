namespace Sluice.Engine.Primitives;

/// <summary>Finds the known name that somebody probably meant by an unknown one.</summary>
internal static class SimilarNameRule
{
    private const int MaxLength = 64;

    /// <returns>The nearest known name; null if none is near.</returns>
    public static string? Find(string given, IEnumerable<string> known)
    {
        if (given.Length > MaxLength)
        {
            return null;
        }

        var words = Words(given);
        var names = known.Order(StringComparer.Ordinal).ToList();
        return names.Find(name => Words(name) == words)
            ?? names.Select(name => (Name: name, Distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
                .Where(near => near.Distance <= Math.Max(1, Math.Min(given.Length, near.Name.Length) / 4))
                .OrderBy(near => near.Distance)
                .FirstOrDefault().Name;
    }

    /// <summary>Sorts a name's words and drops plural s: flowEmailOwner, flow_owner_email and flowOwnerEmails give the same result.</summary>
    private static string Words(string name)
    {
        var spaced = string.Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : char.IsLetterOrDigit(letter) ? $"{letter}" : " "));
        return string.Join(' ', spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimEnd('s')).Order(StringComparer.Ordinal));
    }

    /// <summary>Counts the letters to insert, delete, change or swap with a neighbour to turn one name into the other.</summary>
    private static int Distance(string one, string other)
    {
        var table = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Step(table, one, other, i, j);
            }
        }

        return table[one.Length, other.Length];
    }

    private static int Step(int[,] table, string one, string other, int i, int j)
    {
        var change = table[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
        var steps = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        var isSwap = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
        return isSwap ? Math.Min(steps, table[i - 2, j - 2] + 1) : steps;
    }
}
