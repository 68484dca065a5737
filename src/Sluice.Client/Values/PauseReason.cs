using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>Why a flow instance is paused. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<PauseReason>))]
public readonly record struct PauseReason(string Value) : IText<PauseReason>
{
    /// <summary>A person paused it.</summary>
    public static PauseReason Manual => new("manual");

    /// <summary>The prospect replied.</summary>
    public static PauseReason Reply => new("reply");

    /// <summary>The prospect booked a meeting.</summary>
    public static PauseReason MeetingBooked => new("meeting_booked");

    /// <summary>A mail came back.</summary>
    public static PauseReason Bounced => new("bounced");

    /// <summary>The prospect is away.</summary>
    public static PauseReason OutOfOffice => new("out_of_office");

    /// <summary>The prospect called back.</summary>
    public static PauseReason CalledBack => new("called_back");

    static PauseReason IText<PauseReason>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}
