namespace Sluice.Engine.Primitives;

/// <summary>Makes the id that clients see of a background job: a UUID [doc], of version 7, so that jobs sort by their age.</summary>
internal static class JobId
{
    public static string New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow()).ToString("D");
}
