namespace Sluice.Server.Dev.Seed;

/// <summary>
/// Makes ids as the demo company's CRM does: 15 case-sensitive characters, and three more that say which of them are upper case, for
/// software that ignores case.
/// </summary>
internal static class SalesforceId
{
    public const string Contact = "003";
    public const string Lead = "00Q";

    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string CaseLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private const int Group = 5;

    public static string New(string prefix, SeedRandom random) => WithSuffix($"{prefix}Hp00000{random.Letters(Letters, 5)}");

    public static string WithSuffix(string id) => id + string.Concat(id.Chunk(Group).Select(CaseOf));

    private static char CaseOf(char[] group) =>
        CaseLetters[group.Index().Sum(letter => char.IsAsciiLetterUpper(letter.Item) ? 1 << letter.Index : 0)];
}
