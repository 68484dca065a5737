using System.Runtime.CompilerServices;

namespace Sluice.Tests.Support;

/// <summary>
/// Settings of .NET for the programs that the tests start. They end within seconds: to count calls, and to compile again what runs often, costs more than it saves. The
/// tests themselves run for minutes, so they do both.
/// </summary>
internal static class StartedPrograms
{
    [ModuleInitializer]
    internal static void CompileOnce() => Environment.SetEnvironmentVariable("DOTNET_TC_CallCounting", "0");
}
