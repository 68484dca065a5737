namespace Sluice.Server.Dev.MailPorts.Connections;

/// <summary>Ends the session of a mail program from wherever it is: the client has gone, or has sent what nobody can answer.</summary>
/// <param name="farewell">The last sentence to the client; empty: nobody is there to read it.</param>
internal sealed class SessionEndsException(string farewell) : Exception(farewell);
