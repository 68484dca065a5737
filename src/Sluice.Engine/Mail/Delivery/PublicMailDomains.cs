using System.Collections.Frozen;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The domains of public mail providers, by country: <c>public-mail-domains.txt</c>, which says where they are from.</summary>
internal static class PublicMailDomains
{
    private const string Resource = "Sluice.Engine.public-mail-domains.txt";

    private static readonly Lazy<FrozenSet<string>> All = new(() => Read().ToFrozenSet(StringComparer.Ordinal));

    /// <param name="domain">In lower case and in ASCII form.</param>
    public static bool Contain(string domain) => All.Value.Contains(domain);

    private static IEnumerable<string> Read()
    {
        using var reader = new StreamReader(typeof(PublicMailDomains).Assembly.GetManifestResourceStream(Resource)!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
