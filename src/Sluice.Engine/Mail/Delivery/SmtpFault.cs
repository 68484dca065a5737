namespace Sluice.Engine.Mail.Delivery;

/// <summary>The conversation with the mail server failed; the message says how.</summary>
internal sealed class SmtpFault(string message, Exception? cause = null) : Exception(message, cause);
