namespace Sluice.Engine.SignIn;

/// <summary>How a user comes into the console.</summary>
/// <param name="PasswordHash">Null: none is set yet.</param>
internal sealed record Login(long CompanyId, long UserId, Roles Roles, string? PasswordHash, DateTimeOffset CreatedAt)
{
    /// <summary>SHA-256, hex, of the token in the link by which a password is set; null: no link is open.</summary>
    public string? InviteHash { get; init; }

    public DateTimeOffset? InviteExpiresAt { get; init; }

    /// <summary>The secret of the second factor, encrypted; null: there is none.</summary>
    public string? TotpSecret { get; init; }

    /// <summary>The secret that the person is setting up, encrypted.</summary>
    public string? TotpPending { get; init; }

    /// <summary>The time step of the last code that was taken.</summary>
    public long TotpStep { get; init; }

    /// <summary>SHA-256, hex, of the recovery codes that are left.</summary>
    public IReadOnlyList<string> RecoveryHashes { get; init; } = [];
}

/// <summary>A browser that is signed in.</summary>
/// <param name="Hash">SHA-256, hex, of its cookie.</param>
/// <param name="NeedsCode">Whether the password was right, and the code of the second factor is still missing.</param>
/// <param name="Address">The IP address where it began.</param>
/// <param name="Browser">What the browser calls itself.</param>
internal sealed record Session(
    long CompanyId, long Id, long UserId, string Hash, bool NeedsCode, string? Address, string? Browser, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public const int MaxOfUser = 20;

    /// <summary>How long a browser stays signed in, whether it is used or not.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>How long a person has for the code of the second factor.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);
}
