namespace Sluice.Engine.Secrets;

/// <summary>A row that keeps encrypted secrets, as the rotation of the key sees it.</summary>
/// <param name="Purpose">Whose they are: what they are bound to.</param>
/// <param name="Secrets">As they are stored; null: that one is not there.</param>
internal sealed record KeptSecret(long CompanyId, long Id, string Purpose, IReadOnlyList<string?> Secrets);
