using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tests.Architecture;

/// <summary>A place in the sources where a table is named.</summary>
/// <param name="Folder">The project and the folder in it: <c>Sluice/Storage/Copy</c>.</param>
/// <param name="Table"><see cref="Unknown"/> where it cannot be read from the sources.</param>
internal sealed record SqlPlace(string Folder, string Table, bool IsWrite, string Place)
{
    /// <summary>A table that is named at run time, or a piece of SQL that is put together then.</summary>
    public const string Unknown = "?";

    private static readonly Lazy<List<SqlPlace>> Found = new(() => [.. SourceCode.Whole.Files.AsParallel().AsOrdered().SelectMany(FindIn).Distinct()]);

    public static IReadOnlyList<SqlPlace> All => Found.Value;

    private static IEnumerable<SqlPlace> FindIn(SyntaxTree file)
    {
        var folder = FolderOf(file);
        var model = SourceCode.Whole.ModelOf(file);
        return
            from expression in file.GetRoot().DescendantNodes().OfType<ExpressionSyntax>()
            where IsOutermostText(expression) || IsPieceOfSql(expression, model)
            from use in UsesOf(expression, model)
            select new SqlPlace(folder, use.Table, use.IsWrite, SourceCode.PlaceOf(file, use.Line));
    }

    private static string FolderOf(SyntaxTree file)
    {
        var project = SourceCode.Whole.FindProject(file)!;
        return project.FolderOf(file.FilePath) is var folder && folder == "." ? project.Name : $"{project.Name}/{folder}";
    }

    private static IEnumerable<(string Table, bool IsWrite, int Line)> UsesOf(ExpressionSyntax expression, SemanticModel model)
    {
        var writing = SqlReader.Read(expression);
        var isSql = model.GetTypeInfo(expression).ConvertedType?.Name == "Sql" || IsPieceOfSql(expression, model);
        if (FindTableArgument(expression, writing.Text, model) is { } isWrite)
        {
            return [(writing.Text, isWrite, writing.LineAt(0))];
        }

        if (isSql && writing.Text.TrimStart().StartsWith(SqlTables.Unknown))
        {
            return [(Unknown, false, writing.LineAt(0))];
        }

        return isSql || IsStatement(writing.Text)
            ? SqlTables.In(writing.Text).Select(use => (NameOf(use), use.IsWrite, writing.LineAt(use.Offset)))
            : [];
    }

    private static string NameOf(TableUse use) => use.Table.Contains(SqlTables.Unknown) ? Unknown : use.Table;

    private static bool IsOutermostText(ExpressionSyntax expression) => IsText(expression) && !IsText(expression.Parent);

    private static bool IsText(SyntaxNode? node) =>
        node is LiteralExpressionSyntax { Token.Value: string } or InterpolatedStringExpressionSyntax
        || (node is BinaryExpressionSyntax sum && sum.IsKind(SyntaxKind.AddExpression) && (IsText(sum.Left) || IsText(sum.Right)));

    /// <summary>What a <c>SqlText</c> is made of, or what is put at the end of an <c>Sql</c>.</summary>
    private static bool IsPieceOfSql(ExpressionSyntax expression, SemanticModel model) =>
        expression.FirstAncestorOrSelf<ArgumentSyntax>() is { } argument
        && SqlReader.Alternatives(argument.Expression).Contains(expression)
        && argument.Parent?.Parent switch
        {
            BaseObjectCreationExpressionSyntax made => SqlReader.IsSqlText(model.GetTypeInfo(made).Type),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "AppendLiteral" } called } => model.GetTypeInfo(called.Expression).Type?.Name == "Sql",
            _ => false,
        };

    /// <summary>Whether a text of no SQL type is a statement all the same, as those of a driver are.</summary>
    private static bool IsStatement(string text)
    {
        var words = SqlTokenizer.Read(text);
        bool Has(string word) => words.Exists(token => token.IsWord(word));
        return words is [var first, ..] && first.Text switch
        {
            "select" or "delete" or "copy" => Has("from"),
            "insert" or "replace" => Has("into"),
            "update" => Has("set"),
            "with" => Has("as") && Has("select"),
            "create" or "alter" or "drop" or "truncate" => Has("table") || Has("trigger"),
            _ => false,
        };
    }

    /// <summary>A table's name that is handed to a parameter <c>table</c>, as those of an import and of a look-up are.</summary>
    /// <returns>Whether it is written there; null: this is no such name.</returns>
    private static bool? FindTableArgument(ExpressionSyntax expression, string text, SemanticModel model)
    {
        var creation = expression.Parent?.Parent?.Parent is BaseObjectCreationExpressionSyntax made && SqlReader.IsSqlText(model.GetTypeInfo(made).Type) ? made : expression;
        return Schema.Tables.Contains(text) && creation.Parent is ArgumentSyntax argument && NameOf(argument, model) == "table"
            ? argument.Parent?.Parent is InvocationExpressionSyntax call && model.GetSymbolInfo(call).Symbol is { Name: "ImportAsync" }
            : null;
    }

    private static string? NameOf(ArgumentSyntax argument, SemanticModel model)
    {
        if (argument is not { Parent: ArgumentListSyntax { Parent: ExpressionSyntax call } list })
        {
            return null;
        }

        var called = model.GetSymbolInfo(call) is var info ? info.Symbol ?? info.CandidateSymbols.FirstOrDefault() : null;
        return argument.NameColon?.Name.Identifier.Text ?? (called as IMethodSymbol)?.Parameters.ElementAtOrDefault(list.Arguments.IndexOf(argument))?.Name;
    }
}
