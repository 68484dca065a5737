using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Primitives;

/// <summary>Makes the id that clients see of a background job: a UUID [doc], of version 7, so that jobs sort by their age.</summary>
internal static class JobId
{
    /// <param name="requestId">The request that makes the job. Its random bits become those of the job.</param>
    public static string New(TimeProvider clock, string requestId)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(requestId)).AsSpan(0, 16);
        Guid.CreateVersion7(clock.GetUtcNow()).ToByteArray(bigEndian: true).AsSpan(0, TimeBytes).CopyTo(bytes);
        (bytes[VersionByte], bytes[VariantByte]) = ((byte)(0x70 | (bytes[VersionByte] & 0x0F)), (byte)(0x80 | (bytes[VariantByte] & 0x3F)));
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <returns>A text that sorts after all ids of earlier times, and before all ids of this time and later ones.</returns>
    public static string FirstAt(DateTimeOffset time) => Guid.CreateVersion7(time).ToString("D")[..TimeLetters];

    private const int TimeBytes = 6;
    private const int TimeLetters = 13; // With a hyphen.
    private const int VersionByte = 6;
    private const int VariantByte = 8;
}
