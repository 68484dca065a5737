using System.Globalization;

namespace Sluice.Engine.Events;

/// <summary>A place in the feed of a company: after one event and before the next. It stays valid for as long as events are kept.</summary>
/// <param name="Turn">On PostgreSQL made of the transaction's number, on SQLite the number of the statement.</param>
internal readonly record struct EventCursor(long Turn, long Sequence, long Id) : IComparable<EventCursor>
{
    /// <summary>Before the first event that is kept.</summary>
    public static readonly EventCursor Start;

    /// <returns>Null: the text is no cursor.</returns>
    public static EventCursor? Find(string text) =>
        text.Split('-') is [var turn, var sequence, var id] && ReadNumber(turn) is { } first && ReadNumber(sequence) is { } second && ReadNumber(id) is { } third
            ? new EventCursor(first, second, third)
            : null;

    public int CompareTo(EventCursor other) => (Turn, Sequence, Id).CompareTo((other.Turn, other.Sequence, other.Id));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Turn}-{Sequence}-{Id}");

    private static long? ReadNumber(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
