using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Sluice.Client.Analyzers;

/// <summary>Finds what calls a write again when it fails.</summary>
internal static class RetryAround
{
    /// <returns>The words for it; null if nothing does.</returns>
    public static string? Find(IInvocationOperation call, CancellationToken ct)
    {
        for (IOperation? at = call, from = null; at is not null; from = at, at = at.Parent)
        {
            if (at is IAnonymousFunctionOperation)
            {
                return TakerOf(at) is { } taker && Repeats(taker) ? $"by {taker.ContainingType.Name}.{taker.Name}" : null;
            }

            if (at is ITryOperation attempt && from == attempt.Body && attempt.Catches.Any(one => GoesOn(one)) && LoopOf(attempt) is { } loop && IsTheSame(call, loop, ct) && !Looks(loop))
            {
                return "by the loop around it";
            }
        }

        return null;
    }

    private static IMethodSymbol? TakerOf(IOperation function)
    {
        var at = function.Parent;
        while (at is IConversionOperation or IDelegateCreationOperation or IArgumentOperation)
        {
            at = at.Parent;
        }

        return (at as IInvocationOperation)?.TargetMethod;
    }

    private static bool Repeats(IMethodSymbol method) =>
        (IsOfPolly(method.ContainingType) && method.Name.StartsWith("Execute", StringComparison.Ordinal)) || IsNamedSo(method.Name) || IsNamedSo(method.ContainingType.Name);

    private static bool IsOfPolly(ITypeSymbol type) => $"{type.ContainingNamespace?.ToDisplayString()}.".StartsWith("Polly.", StringComparison.Ordinal);

    private static bool IsNamedSo(string name) => name.IndexOf("Retry", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("Retries", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>True if the code goes on after this catch, without having asked whether the write was done.</summary>
    private static bool GoesOn(ICatchClauseOperation one) =>
        one.ExceptionType is { } type && (type.Name is "Exception" or "Object" || (type.Name == "SluiceException" && type.IsOfClient()))
        && one.Syntax is CatchClauseSyntax syntax && !Asks(syntax) && one.SemanticModel?.AnalyzeControlFlow(syntax.Block) is { Succeeded: true } flow
        && (flow.EndPointIsReachable || flow.ExitPoints.Any(exit => exit.IsKind(SyntaxKind.ContinueStatement)));

    private static bool Asks(CatchClauseSyntax one) => one.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText is "IsOutcomeUnknown" or "TooManyRequests");

    private static ILoopOperation? LoopOf(IOperation attempt)
    {
        var at = attempt.Parent;
        while (at is not (null or ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            at = at.Parent;
        }

        return at as ILoopOperation;
    }

    /// <summary>True if each round of the loop would send the same: it changes nothing of what the call takes.</summary>
    private static bool IsTheSame(IInvocationOperation call, ILoopOperation loop, CancellationToken ct)
    {
        if (loop.Syntax is not StatementSyntax statement || loop.SemanticModel?.AnalyzeDataFlow(statement) is not { Succeeded: true } flow)
        {
            return false;
        }

        var changed = new HashSet<ISymbol>(flow.VariablesDeclared.Concat(flow.WrittenInside), SymbolEqualityComparer.Default);
        var taken = call.Arguments.Where(argument => argument.Parameter?.Type.Name != nameof(CancellationToken)).Select(argument => argument.Value);
        return taken.Concat(call.Instance is { } instance ? [instance] : []).SelectMany(value => value.DescendantsAndSelf()).All(part => part switch
        {
            ILocalReferenceOperation local => !changed.Contains(local.Local) || IsOwn(local.Local, part, ct),
            IParameterReferenceOperation parameter => !changed.Contains(parameter.Parameter) || IsOwn(parameter.Parameter, part, ct),
            IInvocationOperation made => made.TargetMethod.ContainingType.Name == nameof(Enumerable),
            IAwaitOperation => false,
            _ => true,
        });
    }

    /// <summary>True if a lambda in the call's own arguments declares it.</summary>
    private static bool IsOwn(ISymbol variable, IOperation use, CancellationToken ct) =>
        use.Syntax.Ancestors().OfType<AnonymousFunctionExpressionSyntax>().FirstOrDefault() is { } function
        && variable.DeclaringSyntaxReferences.Any(declared => function.Span.Contains(declared.GetSyntax(ct).Span));

    /// <summary>True if the loop also reads by a client: then it may send only what is missing.</summary>
    private static bool Looks(ILoopOperation loop) => loop.Descendants().OfType<IInvocationOperation>().Any(one =>
        one.TargetMethod.ContainingType is { Name: "SluiceClient" } type && type.IsOfClient() && WriteRepeatedAnalyzer.IsRead(one.TargetMethod.Name));
}
