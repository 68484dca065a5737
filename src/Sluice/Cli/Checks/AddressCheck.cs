using System.Net;
using System.Net.Sockets;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Checks;

/// <summary>Checks whether the server could listen on its address.</summary>
internal static class AddressCheck
{
    private const string Metrics = "metrics";

    public static void Run(CheckReport report, Func<ServerOptions> readServer, Func<int?> readMetricsPort)
    {
        if (!report.TryRead("address", readServer, out var options))
        {
            report.TryRead(Metrics, readMetricsPort, out _);
            return;
        }

        Listen(report, "address", "--port", new IPEndPoint(options!.Address, options.Port));
        if (report.TryRead(Metrics, readMetricsPort, out var port) && port is { } one)
        {
            Listen(report, Metrics, "--metrics-port", new IPEndPoint(options.Address, one));
            if (one != 0 && one == options.Port)
            {
                report.Fail(Metrics, "--metrics-port and --port are the same", "Choose another port for the metrics.");
            }
        }
    }

    private static void Listen(CheckReport report, string name, string option, IPEndPoint place)
    {
        try
        {
            using var probe = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(place);
            report.Ok(name, place.Port == 0 ? $"a free port of {place.Address}" : $"{place} is free");
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            report.Warn(name, $"another program listens on {place}", $"If that is the server that this one replaces, stop it first. Else choose another port with {option}.");
        }
        catch (SocketException fault)
        {
            report.Fail(name, $"cannot listen on {place}: {fault.Message}", "--host takes an address of this machine; a port below 1024 may need root.");
        }
    }
}
