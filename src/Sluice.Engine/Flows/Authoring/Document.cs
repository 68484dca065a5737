using System.Text.Json;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>One document of an apply.</summary>
/// <param name="root">What was sent. If it is no object, it has no fields.</param>
/// <param name="path">Its place in the request.</param>
internal sealed class Document(JsonElement root, string path)
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private readonly JsonElement _root = root.ValueKind == JsonValueKind.Object ? root : Nothing;

    public string Path => path;

    public RequestReader Reader => field ??= new RequestReader(_root, ReaderStyle.Strict, path: path);

    public string? Kind => TextOf("kind");

    /// <summary>The sort order: a document comes after those that it may refer to.</summary>
    public int Rank => Kind switch
    {
        Documents.Ruleset => 0,
        Documents.Folder => 1,
        _ => 2,
    };

    /// <summary>Whether documents of other kinds may refer to it: it is a ruleset or a folder.</summary>
    public bool IsReferredTo => Rank < 2;

    /// <summary>The depth of a folder: a parent comes before its subfolders.</summary>
    public int Depth => TextOf("parent") is { } parent ? parent.Count(letter => letter == '/') + 1 : 0;

    /// <summary>Makes no field unknown: without a kind, nobody knows which fields the document may have.</summary>
    public void AllowAllFields()
    {
        foreach (var field in _root.EnumerateObject())
        {
            Reader.Has(field.Name);
        }
    }

    private string? TextOf(string name) => _root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
