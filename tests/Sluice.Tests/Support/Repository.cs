namespace Sluice.Tests.Support;

/// <summary>What is tested as it lies in the repository: pages, samples.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <param name="path">Folders and a file, from the repository's root.</param>
    public static string PathOf(params string[] path) => Path.Combine([Root, .. path]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run from inside the repository");
        }

        return folder.FullName;
    }
}
