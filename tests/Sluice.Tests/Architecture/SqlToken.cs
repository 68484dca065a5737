using System.Text.RegularExpressions;

namespace Sluice.Tests.Architecture;

internal enum SqlTokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Parameter,
    Symbol,
}

/// <summary>One token of an SQL statement.</summary>
/// <param name="Text">Words are in lower case; quoted names are without their quotes.</param>
/// <param name="Offset">Where the token begins in the statement.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Offset)
{
    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    public bool IsWord(string word) => Kind == SqlTokenKind.Word && Text == word;

    public bool IsAnyOf(IReadOnlySet<string> words) => Kind == SqlTokenKind.Word && words.Contains(Text);

    public bool IsSymbol(char symbol) => Kind == SqlTokenKind.Symbol && Text[0] == symbol && Text.Length == 1;
}

/// <summary>Cuts SQL, as SQLite and PostgreSQL write it, into tokens. Comments and white space are left out.</summary>
internal static partial class SqlTokenizer
{
    public static List<SqlToken> Read(string sql) =>
    [
        .. from match in Tokens().Matches(sql)
           where !match.Groups["skip"].Success
           select MakeToken(match),
    ];

    private static SqlToken MakeToken(Match match)
    {
        var kind = Enum.GetValues<SqlTokenKind>().First(kind => match.Groups[kind.ToString()].Success);
        var text = kind switch
        {
            SqlTokenKind.Word => match.Value.ToLowerInvariant(),
            SqlTokenKind.QuotedName => match.Value[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal),
            _ => match.Value,
        };
        return new SqlToken(kind, text, match.Index);
    }

    // § is SqlTables.Unknown. It counts as a letter, so that "changed_§" is one word.
    [GeneratedRegex(
        """
        (?<skip>\s+|--[^\n]*|/\*(?>(?<open>/\*)|(?<-open>\*/)|(?!\*/).)*?(?(open)(?!))\*/)
        |(?<Text>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\$(?<tag>[a-zA-Z_]*)\$.*?\$\k<tag>\$)
        |(?<QuotedName>"(?:[^"]|"")*"|`[^`]*`)
        |(?<Symbol>::)
        |(?<Parameter>[@:][a-zA-Z_]\w*|\?\d*|\$\d+)
        |(?<Number>\d[\w.]*)
        |(?<Word>[\p{L}_$§][\w$§]*)
        |(?<Symbol>.)
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex Tokens();
}
