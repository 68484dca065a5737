namespace Sluice.Engine.Workspaces;

/// <summary>Flows and flow instances belong to one.</summary>
internal sealed record Workspace(long CompanyId, long Id, string Name, string Description)
{
    public const string InitialName = "Initial workspace";

    /// <summary>What a new company has [rec].</summary>
    public static Workspace Initial(long companyId, long id) => new(companyId, id, InitialName, "The built-in workspace");
}
