namespace Sluice.Client;

/// <summary>A value that is a text on the wire: an id, or one of a growing list of words.</summary>
internal interface IText<out T>
{
    string Value { get; }

    static abstract T From(string text);
}
