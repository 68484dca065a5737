using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tests.Architecture;

/// <summary>
/// Holds that no mail goes around the stop list: a transport gets mail only from <c>SendingPass</c> (by way of <c>MailboxTransport</c>; <c>ProbeMail</c> sends only from a mailbox to itself), which gets it only from <c>ClaimMail</c>, which asks the
/// stop list in the transaction that marks the mail as being sent.
/// </summary>
public sealed class StopListTests
{
    private const string Folder = "Sluice.Engine.Mail.Delivery";

    /// <summary>Who may call or make each, by the type that the call is in.</summary>
    private static readonly (string What, Func<IMethodSymbol, bool> Is, string[] By)[] Gates =
    [
        ("IMailTransport.SendAsync", IsSending, [$"{Folder}.MailboxTransport", $"{Folder}.SendingPass", "Sluice.Engine.Mailboxes.Checking.ProbeMail"]),
        ("OutboxStore.ClaimAsync", method => method.Name == "ClaimAsync" && NameOf(method.ContainingType) == $"{Folder}.OutboxStore", [$"{Folder}.ClaimMail"]),
        ("new ClaimedMail", method => method.MethodKind == MethodKind.Constructor && NameOf(method.ContainingType) == $"{Folder}.ClaimedMail", [$"{Folder}.ClaimMail"]),
        ("PersonFacts.FindFinishReason", method => method.Name == "FindFinishReason", [$"{Folder}.ClaimMail", "Sluice.Engine.Mail.Writing.TaskMail", "Sluice.Engine.Scheduling.BeginStep"]),
        ("AnswerStop.WhyNotAsync", method => method.Name == "WhyNotAsync" && NameOf(method.ContainingType) == "Sluice.Engine.Prospects.AnswerStop", [$"{Folder}.ClaimMail", "Sluice.Engine.Mail.Writing.AnswerMail"]),
    ];

    [Fact]
    public void No_path_to_a_transport_goes_around_the_stop_list()
    {
        var calls = SourceCode.Whole.Files.AsParallel().SelectMany(CallsOf).ToList();
        foreach (var (what, isIt, by) in Gates)
        {
            var callers = calls.Where(call => isIt(call.Method)).Select(call => call.Caller).Distinct().Order(StringComparer.Ordinal).ToList();
            Assert.True(by.SequenceEqual(callers), $"{what} is used by {string.Join(", ", callers)}, and should be by {string.Join(", ", by)} alone: the stop list is asked there");
        }
    }

    /// <summary>The words <c>state = 'sending'</c> in an update would be another way to mark a mail.</summary>
    [Fact]
    public void Only_one_statement_marks_mail_as_being_sent()
    {
        var marking = SourceCode.Whole.Files.SelectMany(file => file.GetRoot().DescendantTokens())
            .Count(token => token.Text.Contains("set state = 'sending'", StringComparison.Ordinal));
        Assert.Equal(1, marking);
    }

    private static IEnumerable<(IMethodSymbol Method, string Caller)> CallsOf(SyntaxTree file)
    {
        var model = SourceCode.Whole.ModelOf(file);
        foreach (var call in file.GetRoot().DescendantNodes().Where(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax))
        {
            if (model.GetSymbolInfo(call).Symbol is IMethodSymbol method && model.GetEnclosingSymbol(call.SpanStart)?.ContainingType is { } caller)
            {
                yield return (method, NameOf(caller));
            }
        }
    }

    /// <summary>Whether a method hands a mail to a transport, by the interface or by a class that has it. A transport may use another one inside.</summary>
    private static bool IsSending(IMethodSymbol method) => method.Name == "SendAsync" && IsTransport(method.ContainingType);

    private static bool IsTransport(INamedTypeSymbol type) =>
        NameOf(type) == $"{Folder}.IMailTransport" || type.AllInterfaces.Any(one => NameOf(one) == $"{Folder}.IMailTransport");

    private static string NameOf(INamedTypeSymbol type) => type.ToDisplayString();
}
