using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tests.Architecture;

/// <summary>
/// Reads an expression as SQL text. A hole that is a piece of SQL is read where it is made, if that can be found from here; else it is
/// <see cref="SqlTables.Unknown"/>.
/// </summary>
internal sealed class SqlReader
{
    private const int MaxDepth = 8;
    private const string Parameter = "@value";
    private const string DerivedTable = "(select 1)";

    private readonly SqlWriting _writing = new();
    private readonly int? _line;
    private readonly int _depth;

    private SqlReader(int? line, int depth) => (_line, _depth) = (line, depth);

    public static SqlWriting Read(ExpressionSyntax expression) => Read(expression, line: null, depth: 0);

    /// <summary>The expressions of which one gives the value: the arms of a condition or a switch.</summary>
    public static IEnumerable<ExpressionSyntax> Alternatives(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Alternatives(inner.Expression),
        ConditionalExpressionSyntax either => [.. Alternatives(either.WhenTrue), .. Alternatives(either.WhenFalse)],
        SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => Alternatives(arm.Expression)),
        _ => [expression],
    };

    public static bool IsSqlText(ITypeSymbol? type) => type?.Name == "SqlText";

    /// <param name="line">On which all of it counts as standing; null: each piece on its own.</param>
    private static SqlWriting Read(ExpressionSyntax expression, int? line, int depth)
    {
        var reader = new SqlReader(line, depth);
        reader.Append(expression);
        return reader._writing;
    }

    private void Append(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax { Token.Value: string text } literal: Append(text, FirstLineOf(literal)); break;
            case InterpolatedStringExpressionSyntax interpolated: AppendParts(interpolated); break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum: Append(sum.Left); Append(sum.Right); break;
            case ParenthesizedExpressionSyntax inner: Append(inner.Expression); break;
            case BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [var only] } when IsSqlText(ModelOf(expression).GetTypeInfo(expression).Type): Append(only.Expression); break;
            default: AppendNamed(expression); break;
        }
    }

    private void AppendParts(InterpolatedStringExpressionSyntax interpolated)
    {
        foreach (var part in interpolated.Contents)
        {
            if (part is InterpolatedStringTextSyntax text)
            {
                Append(text.TextToken.ValueText, LineOf(text));
            }
            else if (part is InterpolationSyntax hole)
            {
                AppendHole(hole.Expression);
            }
        }
    }

    private void AppendHole(ExpressionSyntax hole)
    {
        var type = ModelOf(hole).GetTypeInfo(hole).Type;
        if (type?.Name == "SqlTable" || type?.BaseType?.Name == "SqlTable")
        {
            Append(DerivedTable, LineOf(hole));
        }
        else if (IsSqlText(type) || !IsParameter(hole, type))
        {
            Append(hole);
        }
        else
        {
            Append(Parameter, LineOf(hole));
        }
    }

    /// <summary>In a statement of type <c>Sql</c> each value becomes a parameter. Elsewhere a text is put into the SQL.</summary>
    private static bool IsParameter(ExpressionSyntax hole, ITypeSymbol? type) =>
        type is not (null or IErrorTypeSymbol or { SpecialType: SpecialType.System_String })
        || (hole.Parent?.Parent is InterpolatedStringExpressionSyntax statement && ModelOf(hole).GetTypeInfo(statement).ConvertedType?.Name == "Sql");

    /// <summary>A constant, or something with one value that is written where it is declared.</summary>
    private void AppendNamed(ExpressionSyntax expression)
    {
        var constant = ModelOf(expression).GetConstantValue(expression);
        if (constant is { HasValue: true, Value: string text })
        {
            Append(text, LineOf(expression), isOneLine: true);
        }
        else if (expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Value" } member && IsSqlText(ModelOf(member).GetTypeInfo(member.Expression).Type))
        {
            Append(member.Expression);
        }
        else if (_depth < MaxDepth && FindValue(expression) is { } value)
        {
            Append(Read(value, _line ?? LineOf(expression), _depth + 1).Text, LineOf(expression), isOneLine: true);
        }
        else
        {
            Append(SqlTables.Unknown.ToString(), LineOf(expression));
        }
    }

    private static ExpressionSyntax? FindValue(ExpressionSyntax expression) =>
        ModelOf(expression).GetSymbolInfo(expression).Symbol is (IFieldSymbol or IPropertySymbol or ILocalSymbol) and { DeclaringSyntaxReferences: [var declared] }
            ? declared.GetSyntax() switch
            {
                VariableDeclaratorSyntax variable when SourceCode.Whole.FindProject(variable.SyntaxTree) is not null => variable.Initializer?.Value,
                PropertyDeclarationSyntax property => property.ExpressionBody?.Expression ?? property.Initializer?.Value,
                _ => null,
            }
            : null;

    private void Append(string text, int line, bool isOneLine = false) => _writing.Append(text, _line ?? line, isOneLine || _line is not null);

    /// <summary>A raw string of several lines begins below its quotes.</summary>
    private static int FirstLineOf(LiteralExpressionSyntax literal) => LineOf(literal) + (literal.Token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) ? 1 : 0);

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line;

    private static SemanticModel ModelOf(SyntaxNode node) => SourceCode.Whole.ModelOf(node.SyntaxTree);
}
