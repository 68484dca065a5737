namespace Sluice.Server.Console.SignIn;

/// <summary>A sign-in by the provider that ends here. The message is for the log: the person sees one sentence for each kind.</summary>
internal sealed class OidcFault(OidcFaultKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public OidcFaultKind Kind => kind;

    /// <summary>What others send gets into a log only if it is a word.</summary>
    public static string Word(string? text) => text is { Length: > 0 and <= 200 } && text.All(letter => letter is > ' ' and <= '~') ? text : "(none)";
}

internal enum OidcFaultKind
{
    /// <summary>The provider does not answer, or not as the standard says: it may do later.</summary>
    Provider,

    /// <summary>The answer does not belong to a sign-in that this browser has begun.</summary>
    Attempt,

    /// <summary>The provider, or the person there, has said no.</summary>
    Refused,

    /// <summary>The ID token proves nothing to us.</summary>
    Token,

    /// <summary>The provider has not checked whether the e-mail address is the person's.</summary>
    Unverified,

    /// <summary>The ID token has no claim with roles.</summary>
    NoRoleClaim,
}
