namespace Sluice.Engine.SignIn;

/// <summary>What a person may do in the console. Combined freely.</summary>
[Flags]
internal enum Roles
{
    None = 0,

    /// <summary>Does the own work.</summary>
    Rep = 1,

    /// <summary>Sees and does the work of everybody, and changes flows.</summary>
    Manager = 2,

    /// <summary>Changes settings, and sees how the server does.</summary>
    Operator = 4,

    Any = Rep | Manager | Operator,
}

/// <summary>The words of roles, in the database and in the API.</summary>
internal static class RoleWords
{
    private static readonly (Roles Role, string Word)[] Pairs = [(Roles.Rep, "rep"), (Roles.Manager, "manager"), (Roles.Operator, "operator")];

    public static readonly IReadOnlyList<string> All = [.. Pairs.Select(pair => pair.Word)];

    public static IReadOnlyList<string> Of(Roles roles) => [.. Pairs.Where(pair => roles.HasFlag(pair.Role)).Select(pair => pair.Word)];

    /// <summary>Reads words. Those that are none are left out.</summary>
    public static Roles Read(IEnumerable<string> words) => words.Aggregate(Roles.None, (roles, word) => roles | Pairs.FirstOrDefault(pair => pair.Word == word).Role);
}
