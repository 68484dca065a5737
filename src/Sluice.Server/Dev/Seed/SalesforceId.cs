namespace Sluice.Server.Dev.Seed;

/// <summary>
/// The ids of the demo company's CRM. 15 characters that differ by case, and three more that say which are upper case, for software that
/// forgets it.
/// </summary>
internal static class SalesforceId
{
    public const string Contact = "003";
    public const string Lead = "00Q";

    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string CaseLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private const int Group = 5;

    public static string New(string prefix, Chance chance) => WithSuffix($"{prefix}Hp00000{chance.Letters(Letters, 5)}");

    public static string WithSuffix(string id) => id + string.Concat(id.Chunk(Group).Select(CaseOf));

    private static char CaseOf(char[] group) =>
        CaseLetters[group.Index().Sum(letter => char.IsAsciiLetterUpper(letter.Item) ? 1 << letter.Index : 0)];
}
