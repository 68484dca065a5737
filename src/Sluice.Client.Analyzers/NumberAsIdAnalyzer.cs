using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Sluice.Client.Analyzers;

/// <summary>
/// Warns about an id whose text is made from a number. A CRM's own ids may be numbers, so <c>CrmId</c> may be made from an integer, and from no other number.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NumberAsIdAnalyzer : DiagnosticAnalyzer
{
    private const int MaxDepth = 8;

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.NumberAsId);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(CheckCreation, OperationKind.ObjectCreation);
        context.RegisterOperationAction(CheckAssignment, OperationKind.SimpleAssignment);
    }

    private static void CheckCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (IsId(creation.Type) && creation.Arguments.Length == 1)
        {
            Check(context, creation.Type!, creation.Arguments[0].Value);
        }
    }

    /// <summary>In <c>id with { Value = … }</c>.</summary>
    private static void CheckAssignment(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: { Name: "Value" } property } && IsId(property.ContainingType))
        {
            Check(context, property.ContainingType, assignment.Value);
        }
    }

    private static void Check(OperationAnalysisContext context, ITypeSymbol id, IOperation text)
    {
        foreach (var (type, place) in NumbersIn(text, 0, context.CancellationToken))
        {
            if (id.Name != "CrmId" || type.IsFraction())
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.NumberAsId, place.GetLocation(), id.Name, type.ToDisplayString()));
                return;
            }
        }
    }

    private static bool IsId(ITypeSymbol? type) => type is { TypeKind: TypeKind.Struct } && type.Name.EndsWith("Id", StringComparison.Ordinal) && type.IsOfClient();

    private static IEnumerable<(ITypeSymbol Type, SyntaxNode Place)> NumbersIn(IOperation value, int depth, CancellationToken ct)
    {
        value = value.Unconverted();
        if (value.Type is { } type && type.IsNumber())
        {
            return [(type, value.Syntax)];
        }

        if (depth > MaxDepth)
        {
            return [];
        }

        return value.Syntax is InterpolatedStringExpressionSyntax interpolated
            ? HolesOf(interpolated, value.SemanticModel, ct)
            : PartsOf(value, ct).SelectMany(part => NumbersIn(part, depth + 1, ct));
    }

    /// <summary>By syntax, because an interpolated string is one of two kinds of operation: a text, or calls of a handler.</summary>
    private static IEnumerable<(ITypeSymbol Type, SyntaxNode Place)> HolesOf(InterpolatedStringExpressionSyntax text, SemanticModel? model, CancellationToken ct) =>
        from hole in text.Contents.OfType<InterpolationSyntax>()
        let type = model?.GetTypeInfo(hole.Expression, ct).Type
        where type.IsNumber()
        select (type, (SyntaxNode)hole.Expression);

    /// <summary>Returns the values that a text is made of.</summary>
    private static IEnumerable<IOperation> PartsOf(IOperation value, CancellationToken ct) => value switch
    {
        IBinaryOperation sum => [sum.LeftOperand, sum.RightOperand],
        ICoalesceOperation either => [either.Value, either.WhenNull],
        IConditionalOperation { WhenFalse: { } other } choice => [choice.WhenTrue, other],
        IConditionalAccessOperation access => [access.WhenNotNull],
        IInvocationOperation { TargetMethod.Name: "ToString", Instance: { } instance } => [instance],
        IInvocationOperation call when MakesText(call.TargetMethod) => call.Arguments.Select(argument => argument.Value),
        IArrayCreationOperation { Initializer: { } items } => items.ElementValues,
        ILocalReferenceOperation => value.Declared(ct) is { } declared ? [declared] : [],
        _ => [],
    };

    private static bool MakesText(IMethodSymbol method) =>
        method.IsStatic && (method.ContainingType.SpecialType == SpecialType.System_String || method.ContainingType.ToDisplayString() is "System.Convert" or "System.Xml.XmlConvert");
}
