namespace Sluice.Testing;

/// <summary>What a test holds is not so. The message says why.</summary>
public sealed class SluiceAssertionException(string message) : Exception(message);
