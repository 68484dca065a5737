using System.Text;

namespace Sluice.Client;

/// <summary>Builds a path with a query, and leaves out what is null.</summary>
internal static class Query
{
    public static string To(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder(path);
        var mark = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                text.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                mark = '&';
            }
        }

        return text.ToString();
    }
}
