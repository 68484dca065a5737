using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Sluice.Client.Analyzers;

/// <summary>
/// Warns about a body with a cursor inside its filter, in code that calls the API beside the client: in anonymous objects, initializers, indexers and JSON texts. The client
/// follows cursors by itself.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CursorInFilterAnalyzer : DiagnosticAnalyzer
{
    private static readonly Regex Json = new("\"filter\"\\s*:\\s*\\{+[^{}]*\"cursor\"\\s*:", RegexOptions.CultureInvariant);

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.CursorInFilter);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(CheckMember, SyntaxKind.AnonymousObjectMemberDeclarator, SyntaxKind.SimpleAssignmentExpression, SyntaxKind.ComplexElementInitializerExpression);
        context.RegisterSyntaxNodeAction(CheckText, SyntaxKind.StringLiteralExpression, SyntaxKind.Utf8StringLiteralExpression, SyntaxKind.InterpolatedStringExpression);
    }

    private static void CheckMember(SyntaxNodeAnalysisContext context)
    {
        if (Is(NameOf(context.Node), "cursor") && Is(NameAround(context.Node), "filter"))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.CursorInFilter, context.Node.GetLocation()));
        }
    }

    private static void CheckText(SyntaxNodeAnalysisContext context)
    {
        var text = context.Node is InterpolatedStringExpressionSyntax parts
            ? string.Concat(parts.Contents.Select(part => part is InterpolatedStringTextSyntax written ? written.TextToken.ValueText : "0"))
            : ((LiteralExpressionSyntax)context.Node).Token.ValueText;
        if (Json.IsMatch(text))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.CursorInFilter, context.Node.GetLocation()));
        }
    }

    /// <summary>Returns the name of the member around this one; of <c>body["filter"]["cursor"]</c>, the first one.</summary>
    private static string? NameAround(SyntaxNode member) =>
        member is AssignmentExpressionSyntax { Left: { } left } && Owner(left) is { } owner
            ? NameOfPlace(owner)
            : member.Ancestors().TakeWhile(node => node is not (StatementSyntax or AnonymousFunctionExpressionSyntax or ArgumentSyntax)).Select(NameOf).FirstOrDefault(name => name is not null);

    private static ExpressionSyntax? Owner(ExpressionSyntax place) => place switch
    {
        ElementAccessExpressionSyntax element => Bare(element.Expression),
        MemberAccessExpressionSyntax member => Bare(member.Expression),
        _ => null,
    };

    private static ExpressionSyntax Bare(ExpressionSyntax expression) => expression is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure ? sure.Operand : expression;

    private static string? NameOf(SyntaxNode member) => member switch
    {
        AnonymousObjectMemberDeclaratorSyntax { NameEquals: { } named } => named.Name.Identifier.ValueText,
        AnonymousObjectMemberDeclaratorSyntax inferred => NameOfPlace(inferred.Expression),
        AssignmentExpressionSyntax assignment => NameOfPlace(assignment.Left),
        InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ComplexElementInitializerExpression } pair => pair.Expressions.Count == 2 ? TextOf(pair.Expressions[0]) : null,
        _ => null,
    };

    private static string? NameOfPlace(ExpressionSyntax place) => place switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } => TextOf(keys[0].Expression),
        ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } keys } => TextOf(keys[0].Expression),
        _ => null,
    };

    private static string? TextOf(ExpressionSyntax expression) => expression is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.StringLiteralExpression) ? literal.Token.ValueText : null;

    private static bool Is(string? name, string wanted) => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase);
}
