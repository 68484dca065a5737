namespace Sluice.Tests.Support;

/// <summary>Finds files of the repository that tests read, such as pages and samples.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <param name="path">Folders and a file name, starting at the repository's root.</param>
    public static string PathOf(params string[] path) => Path.Combine([Root, .. path]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must run from inside the repository");
        }

        return folder.FullName;
    }
}
