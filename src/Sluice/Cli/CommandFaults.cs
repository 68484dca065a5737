using System.Security;
using Microsoft.AspNetCore.Connections;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage.Copy;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Hosting.Tls;

namespace Sluice.Cli;

/// <summary>Turns a failure of a command into a sentence: what is wrong, where, and what to do.</summary>
internal static class CommandFaults
{
    private const string TraceVariable = "SLUICE_STACK_TRACE";

    public static string Describe(Exception fault) => fault switch
    {
        CliException or TlsFilesException or CopyRefusedException => fault.Message,
        AddressInUseException or IOException { InnerException: AddressInUseException } =>
            "the port is taken by another program. Choose one with --port, or a free one with --port 0.",
        System.Net.Sockets.SocketException or IOException { InnerException: System.Net.Sockets.SocketException } =>
            $"cannot listen on this address: {Innermost(fault).Message}. --host takes an address of this machine; a port below 1024 may need root.",
        _ when DatabaseFault.Describe(fault, "") is { } sentence => sentence,
        UnauthorizedAccessException or IOException or SecurityException => fault.Message,
        OperationCanceledException => "interrupted.",
        _ => Unexpected(fault),
    };

    /// <summary>A bug. The trace helps only those who mend it, so it is printed only if somebody asks for it.</summary>
    private static string Unexpected(Exception fault) => Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 }
        ? $"a fault in Sluice: {fault}"
        : Output.ReplaceControlCharacters($"a fault in Sluice ({fault.GetType().Name}): {fault.Message} Please report it. With {TraceVariable}=1 the same command says where it happened.");

    private static Exception Innermost(Exception fault) => fault.InnerException is { } inner ? Innermost(inner) : fault;
}
