using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tests.Architecture;

/// <summary>A place where a file names a type, or a member of a type, that another folder of the same project declares.</summary>
/// <param name="From">The folder of the file, below the project.</param>
/// <param name="To">The folder that declares the type.</param>
/// <param name="Name">The type, and the member if it is one.</param>
internal sealed record Arrow(SourceProject Project, string From, string To, string Place, string Name)
{
    private static readonly Lazy<ILookup<string, Arrow>> ByProject = new(() => FindAll().ToLookup(arrow => arrow.Project.Name, StringComparer.Ordinal));

    /// <returns>All arrows of a project, in the order of its files.</returns>
    public static IEnumerable<Arrow> In(string project) => ByProject.Value[project];

    public override string ToString() => $"{Place}: {Name}, which is in {To}";

    private static List<Arrow> FindAll() => [.. SourceCode.Whole.Files.AsParallel().AsOrdered().SelectMany(FindIn)];

    private static IEnumerable<Arrow> FindIn(SyntaxTree file)
    {
        var (project, model) = (SourceCode.Whole.FindProject(file)!, SourceCode.Whole.ModelOf(file));
        var own = project.FolderOf(file.FilePath);
        return
            from node in file.GetRoot().DescendantNodes(descendIntoTrivia: true) // The comments too: they name types as the code does.
            where node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax
            from symbol in SymbolsOf(model.GetSymbolInfo(node))
            let to = FindFolder(symbol, project, own)
            where to is not null && to != own
            select new Arrow(project, own, to, SourceCode.PlaceOf(file, node.GetLocation().GetLineSpan().StartLinePosition.Line), NameOf(symbol));
    }

    private static string NameOf(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type.Name,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => symbol.ContainingType.Name,
        _ => $"{symbol.ContainingType.Name}.{symbol.Name}",
    };

    /// <summary>More than one where the compiler cannot say which is meant: in <c>nameof</c>, or beside code that a generator would make.</summary>
    private static ImmutableArray<ISymbol> SymbolsOf(SymbolInfo info) => info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols;

    /// <returns>Null: another project declares it, or it is of no type. The file's own folder, if that declares a part of the type.</returns>
    private static string? FindFolder(ISymbol symbol, SourceProject project, string own)
    {
        var type = symbol is INamedTypeSymbol named ? named : symbol.ContainingType;
        var folders = (type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
            .Where(part => SourceCode.Whole.FindProject(part.SyntaxTree) == project)
            .Select(part => project.FolderOf(part.SyntaxTree.FilePath))
            .ToList();
        return folders.Contains(own) ? own : folders.FirstOrDefault();
    }
}
