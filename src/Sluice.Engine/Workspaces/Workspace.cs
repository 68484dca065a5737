namespace Sluice.Engine.Workspaces;

/// <summary>A workspace. Each flow and each flow instance belongs to one.</summary>
internal sealed record Workspace(long CompanyId, long Id, string Name, string Description)
{
    public const string InitialName = "Initial workspace";

    /// <summary>Makes the workspace that each new company has [rec].</summary>
    public static Workspace Initial(long companyId, long id) => new(companyId, id, InitialName, "The built-in workspace");
}
