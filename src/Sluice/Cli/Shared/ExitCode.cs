using System.Net;

namespace Sluice.Cli.Shared;

/// <summary>Exit codes for scripts, the same for every command. The help documents them, so their meanings must not change.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Refused = 3;

    /// <summary>What was asked for is so already, or had no effect. The server refuses nothing then, but a script must not take it for a success.</summary>
    public const int NothingChanged = Refused;

    public const int RateLimited = 4;
    public const int ServerFault = 5;

    /// <summary>Maps the status of an unsuccessful answer to an exit code.</summary>
    public static int Of(HttpStatusCode status) => (int)status switch
    {
        429 => RateLimited,
        >= 400 and < 500 => Refused,
        >= 500 => ServerFault,
        _ => Failed,
    };
}
