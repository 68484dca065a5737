namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>A command that is not written as it should be. Thrown out of the depth of a parser; the session answers BAD with the sentence.</summary>
internal sealed class BadCommandException(string sentence) : Exception(sentence);
