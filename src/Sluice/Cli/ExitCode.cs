namespace Sluice.Cli;

/// <summary>What scripts see. Told in the help, so none of them may change its meaning.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Refused = 3;
    public const int TooOften = 4;
    public const int ServerFault = 5;
}
