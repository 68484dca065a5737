using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Sluice.Engine.SignIn;

namespace Sluice.Server.Console.SignIn;

/// <summary>Hashes and checks passwords by the framework's hasher: PBKDF2 with HMAC-SHA-512, 100,000 rounds and a salt for each.</summary>
internal sealed class Passwords
{
    private const int Min = 12;
    private const int Max = 200;

    private readonly PasswordHasher<Login> _hasher;
    private readonly Lazy<string> _nobodys;

    public Passwords(IOptions<PasswordHasherOptions> options)
    {
        _hasher = new(options);
        _nobodys = new(() => Hash("The password of nobody"));
    }

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <param name="hash">Null: nobody has such an address. It takes as long as a wrong password, so that the time does not tell who has a login.</param>
    public bool IsOf(string? hash, string password) =>
        _hasher.VerifyHashedPassword(null!, hash ?? _nobodys.Value, password.Length > Max ? "" : password) != PasswordVerificationResult.Failed && hash is not null;

    /// <returns>Why nobody should have this password; null: it may be used.</returns>
    public static string? FindFault(string? password, string? again, string email) =>
        password is not { Length: >= Min } ? $"A password has at least {Min} characters. A sentence of a few words is easy to remember."
        : password.Length > Max ? $"A password has at most {Max} characters."
        : password != again ? "The two passwords differ. Type the same one twice."
        : password.Contains(email, StringComparison.OrdinalIgnoreCase) ? "The password must not contain your e-mail address."
        : password.Distinct().Count() < 4 ? "This password has too few different characters: anybody would guess it."
        : null;
}
