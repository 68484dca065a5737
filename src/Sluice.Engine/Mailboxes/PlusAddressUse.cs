namespace Sluice.Engine.Mailboxes;

/// <summary>Where the mail of a mailbox has the address with a token behind a plus, by which answers and bounces are matched without headers.</summary>
internal enum PlusAddressUse
{
    /// <summary>Nowhere: not every mail server delivers mail to <c>ada+…@example.com</c> to Ada.</summary>
    Off,

    /// <summary>In the return path, to which mail servers send bounces. Recipients do not see it.</summary>
    Bounces,

    /// <summary>In <c>Reply-To</c> too.</summary>
    All,
}

internal static class PlusAddressUses
{
    public static readonly IReadOnlyList<string> Words = [.. Enum.GetValues<PlusAddressUse>().Select(Word)];

    public static string Word(this PlusAddressUse use) => use.ToString().ToLowerInvariant();

    public static PlusAddressUse Read(string word) => Enum.Parse<PlusAddressUse>(word, ignoreCase: true);
}
