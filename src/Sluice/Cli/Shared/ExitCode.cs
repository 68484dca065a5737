using System.Net;

namespace Sluice.Cli.Shared;

/// <summary>What scripts see, the same for every verb. Told in the help, so none of them may change its meaning.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Refused = 3;
    public const int TooOften = 4;
    public const int ServerFault = 5;

    /// <summary>Of an answer that is not a good one.</summary>
    public static int Of(HttpStatusCode status) => (int)status switch
    {
        429 => TooOften,
        >= 400 and < 500 => Refused,
        >= 500 => ServerFault,
        _ => Failed,
    };
}
