using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Sluice.Client.Analyzers;

/// <summary>
/// Warns about writes that are called again when they fail: in a loop, by a pipeline of Polly or a method with "Retry" in its name, or by a handler that repeats requests.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WriteRepeatedAnalyzer : DiagnosticAnalyzer
{
    private const string AfterFailure = "The client repeats it by itself where that is safe; after a lost answer, look first what was done, as AssignSafelyAsync does";
    private const string ByHandler = "Leave the handler out: the client repeats calls by itself where that is safe";

    private static readonly ImmutableHashSet<string> Handlers = ImmutableHashSet.Create(
        "AddStandardResilienceHandler", "AddStandardHedgingHandler", "AddResilienceHandler", "AddPolicyHandler", "AddPolicyHandlerFromRegistry", "AddTransientHttpErrorPolicy");

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.WriteRepeated);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(CheckCall, OperationKind.Invocation);
        context.RegisterOperationAction(CheckCreation, OperationKind.ObjectCreation);
    }

    private static void CheckCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (IsWrite(call.TargetMethod) && RetryAround.Find(call, context.CancellationToken) is { } retry)
        {
            Report(context, $"{call.TargetMethod.Name} is called again {retry}", AfterFailure);
        }
        else if (Handlers.Contains(call.TargetMethod.Name) && IsOfAddSluice(call, context.CancellationToken))
        {
            Report(context, $"{call.TargetMethod.Name} adds a handler that repeats writes", ByHandler);
        }
    }

    private static void CheckCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Type.IsOfClient() && creation.Type!.Name is "SluiceClient" or "SluiceControlClient" && creation.Arguments.Any(argument => IsRetryHandler(argument.Value, context.CancellationToken)))
        {
            Report(context, "This client sends through a handler that repeats writes", ByHandler);
        }
    }

    /// <summary>A call with a <c>clientRequestId</c> has a key: the caller's own.</summary>
    private static bool IsWrite(IMethodSymbol method) =>
        method.ContainingType is { Name: "SluiceClient" } type && type.IsOfClient() && method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name != "AssignSafelyAsync"
        && !IsRead(method.Name) && !method.Parameters.Any(parameter => parameter.Name == "clientRequestId");

    internal static bool IsRead(string name) =>
        name.StartsWith("List", StringComparison.Ordinal) || name.StartsWith("Get", StringComparison.Ordinal) || name.StartsWith("Find", StringComparison.Ordinal) || name.StartsWith("Dispose", StringComparison.Ordinal);

    private static bool IsOfAddSluice(IOperation? builder, CancellationToken ct)
    {
        while (builder is not null)
        {
            builder = builder.Unconverted();
            if (builder is IInvocationOperation { TargetMethod: { Name: "AddSluice" } method } && method.ContainingType.IsOfClient())
            {
                return true;
            }

            builder = builder switch
            {
                IInvocationOperation { Instance: { } instance } => instance,
                IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { Length: > 0 } arguments } => arguments[0].Value,
                _ => builder.Declared(ct),
            };
        }

        return false;
    }

    private static bool IsRetryHandler(IOperation value, CancellationToken ct)
    {
        value = value.Unconverted();
        var type = (value.Declared(ct)?.Unconverted() ?? value).Type;
        return type?.Name == "PolicyHttpMessageHandler" || type?.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.Extensions.Http.Resilience", StringComparison.Ordinal) == true;
    }

    private static void Report(OperationAnalysisContext context, string what, string advice) =>
        context.ReportDiagnostic(Diagnostic.Create(Rules.WriteRepeated, context.Operation.Syntax.GetLocation(), what, advice));
}
