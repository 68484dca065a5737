using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Sluice.Client.Analyzers;

/// <summary>Recognizes types and values.</summary>
internal static class Symbols
{
    public static bool IsOfClient(this ITypeSymbol? type) => type?.ContainingNamespace?.ToDisplayString() == "Sluice.Client";

    /// <summary>An integer or a number with a fraction; also one that may be null.</summary>
    public static bool IsNumber(this ITypeSymbol? type) => IsFraction(type) || Bare(type) is { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr }
        || Bare(type)?.ToDisplayString() is "System.Int128" or "System.UInt128" or "System.Numerics." + nameof(BigInteger);

    /// <summary>A number that cannot hold every id exactly, whatever the id is.</summary>
    public static bool IsFraction(this ITypeSymbol? type) =>
        Bare(type) is { SpecialType: SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal } || Bare(type)?.ToDisplayString() == "System.Half";

    /// <summary>Returns what stands behind conversions that the compiler adds.</summary>
    public static IOperation Unconverted(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    /// <summary>Returns the value with which a local variable is declared; null if it has none, or if this is no local variable.</summary>
    public static IOperation? Declared(this IOperation operation, CancellationToken ct)
    {
        var syntax = operation is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declared } ? declared[0].GetSyntax(ct) as VariableDeclaratorSyntax : null;
        return syntax?.Initializer is { } initializer && syntax.SyntaxTree == operation.Syntax.SyntaxTree ? operation.SemanticModel?.GetOperation(initializer.Value, ct) : null;
    }

    private static ITypeSymbol? Bare(ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: { Length: 1 } arguments } ? arguments[0] : type;
}
