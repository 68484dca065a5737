namespace Sluice.Tests.Architecture;

/// <summary>A table that a statement names.</summary>
/// <param name="Table">In lower case unless quoted; with its schema unless that is <c>main</c> or <c>public</c>.</param>
/// <param name="Offset">Where the name begins in the statement.</param>
internal readonly record struct TableUse(string Table, bool IsWrite, int Offset);

/// <summary>
/// Finds the tables that SQL reads and writes. It knows where a table can stand, not the whole language: it takes the statement as correct,
/// because both databases check that when the other tests run it.
/// </summary>
internal sealed class SqlTables
{
    /// <summary>Stands for text that is not known, such as a name that is given at run time.</summary>
    public const char Unknown = '§';

    private static readonly HashSet<string> EndsFrom =
    [
        "select", "where", "group", "order", "having", "limit", "offset", "fetch", "for", "union", "intersect", "except", "returning", "window", "set",
        "values", "do",
    ];

    private static readonly HashSet<string> BeginsQuery = ["select", "with", "values"];

    /// <summary>In the parentheses of these functions <c>from</c> separates arguments.</summary>
    private static readonly HashSet<string> TakesFrom = ["extract", "substring", "trim", "overlay"];

    /// <summary>An <c>update</c> after one of these begins no statement: <c>do update</c>, <c>for no key update</c>, <c>after update</c>.</summary>
    private static readonly HashSet<string> BeforeOtherUpdate = ["do", "for", "key", "on", "or", "of", "after", "before", "then"];

    private static readonly HashSet<string> BeforeTable = ["create", "unlogged", "$unlogged", "temp", "temporary", "alter", "drop", "truncate"];

    private static readonly HashSet<string> BeforeName = ["only", "lateral", "if", "not", "exists"];

    private readonly List<SqlToken> _tokens;
    private readonly List<TableUse> _found = [];
    private int _at;

    private SqlTables(string sql) => _tokens = SqlTokenizer.Read(sql);

    /// <summary>Finds the tables of a statement, of several, or of a part of one.</summary>
    public static List<TableUse> In(string sql)
    {
        var tables = new SqlTables(sql);
        while (tables._at < tables._tokens.Count)
        {
            tables.ReadBlock(new Block());
            tables._at++; // A ")" without its "(": this was a part of a statement.
        }

        return tables._found;
    }

    private SqlToken Next => At(_at);

    private SqlToken At(int index) => index >= 0 && index < _tokens.Count ? _tokens[index] : default;

    /// <summary>Reads to the end of the statement or to the parenthesis that closes this block.</summary>
    private void ReadBlock(Block block)
    {
        while (_at < _tokens.Count && !Next.IsSymbol(')'))
        {
            ReadToken(block, _tokens[_at++]);
        }
    }

    private void ReadToken(Block block, SqlToken token)
    {
        if (token.IsSymbol('('))
        {
            ReadParentheses(block);
        }
        else if (token.IsSymbol(','))
        {
            block.ExpectsTable = block.IsInFrom;
        }
        else if (token.IsSymbol(';'))
        {
            block.BeginStatement();
        }
        else if (block.ExpectsTable && !token.IsAnyOf(BeforeName))
        {
            block.ExpectsTable = false;
            ReadSource(block, token);
        }
        else if (token.Kind == SqlTokenKind.Word)
        {
            ReadKeyword(block, token);
        }
    }

    private void ReadKeyword(Block block, SqlToken token)
    {
        switch (token.Text)
        {
            case "with": ReadCtes(block); break;
            case "from" when At(_at - 2).IsWord("delete"): ReadTarget(); break;
            case "from" when IsClause(block): block.BeginFrom(); break;
            case "join": block.BeginFrom(); break;
            case "using" when block.Deletes: block.BeginFrom(); break;
            case "delete" or "merge": block.Deletes = true; break;
            case "into": ReadTarget(); break;
            case "update" when !At(_at - 2).IsAnyOf(BeforeOtherUpdate): ReadTarget(); break;
            case "table" when At(_at - 2).IsAnyOf(BeforeTable): ReadTarget(); break;
            case "copy" or "truncate" when IsFirst(_at - 1) && !Next.IsWord("table"): ReadTarget(); break;
            case var word when EndsFrom.Contains(word): block.EndFrom(); break;
        }
    }

    private bool IsFirst(int index) => index == 0 || At(index - 1).IsSymbol(';');

    /// <summary>Whether the <c>from</c> just read begins a list of tables.</summary>
    private bool IsClause(Block block) =>
        !TakesFrom.Contains(block.Function) && !At(_at - 2).IsWord("distinct") && !Next.IsWord("stdin") && !Next.IsWord("stdout");

    private void ReadParentheses(Block outer)
    {
        var expectsTable = outer.ExpectsTable && !Next.IsAnyOf(BeginsQuery);
        ReadBlock(new Block(outer.Ctes) { Function = At(_at - 2) is { Kind: SqlTokenKind.Word } word ? word.Text : "", ExpectsTable = expectsTable, IsInFrom = expectsTable });
        _at++;
        outer.ExpectsTable = false;
    }

    private void ReadSource(Block block, SqlToken token)
    {
        if (!token.IsName)
        {
            return;
        }

        _at--;
        var table = ReadName();
        if (!Next.IsSymbol('(') && !block.Ctes.Contains(table))
        {
            _found.Add(new TableUse(table, IsWrite: false, token.Offset));
        }
    }

    private void ReadTarget()
    {
        while (Next.IsAnyOf(BeforeName) || Next.IsWord("or"))
        {
            _at += Next.IsWord("or") ? 2 : 1; // SQLite: update or ignore.
        }

        if (Next.IsName)
        {
            var offset = Next.Offset;
            _found.Add(new TableUse(ReadName(), IsWrite: true, offset));
        }
    }

    private string ReadName()
    {
        var name = _tokens[_at++].Text;
        while (Next.IsSymbol('.') && At(_at + 1).IsName)
        {
            name = name is "main" or "public" ? At(_at + 1).Text : $"{name}.{At(_at + 1).Text}";
            _at += 2;
        }

        return name;
    }

    private void ReadCtes(Block block)
    {
        var isRecursive = Next.IsWord("recursive");
        _at += isRecursive ? 1 : 0;
        while (FindCteBody() is { } body)
        {
            var name = Next.Text;
            _at = body;
            ReadBlock(new Block(isRecursive ? [.. block.Ctes, name] : block.Ctes));
            _at++;
            block.Ctes.Add(name);
            if (!Next.IsSymbol(','))
            {
                break;
            }

            _at++;
        }
    }

    /// <summary>Looks ahead past <c>name (columns) as not materialized (</c>. PostgreSQL has other uses of "with", such as "with ordinality as".</summary>
    /// <returns>Where the body begins; null: this is no CTE.</returns>
    private int? FindCteBody()
    {
        var at = _at + 1;
        if (At(at).IsSymbol('('))
        {
            at = _tokens.FindIndex(at, token => token.IsSymbol(')')) + 1;
        }

        var isCte = Next.IsName && At(at++).IsWord("as");
        while (At(at).IsWord("not") || At(at).IsWord("materialized"))
        {
            at++;
        }

        return isCte && At(at).IsSymbol('(') ? at + 1 : null;
    }

    /// <summary>What is between two parentheses, or outside of all.</summary>
    private sealed class Block(IEnumerable<string>? ctes = null)
    {
        public HashSet<string> Ctes { get; } = [.. ctes ?? []];

        /// <summary>The word before the parenthesis.</summary>
        public string Function { get; init; } = "";

        public bool IsInFrom { get; set; }

        public bool ExpectsTable { get; set; }

        public bool Deletes { get; set; }

        public void BeginFrom() => IsInFrom = ExpectsTable = true;

        public void EndFrom() => IsInFrom = ExpectsTable = false;

        public void BeginStatement()
        {
            EndFrom();
            Deletes = false;
            Ctes.Clear();
        }
    }
}
