using Microsoft.AspNetCore.WebUtilities;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Reads query parameters as <see cref="Fields"/> reads a body: all faults at once, unknown names ignored [rec]. Given twice, the first counts.
/// Names are exact, as fields and paths are; the framework's own collection takes any case, and a client that a stand-in forgives breaks later [inf].
/// </summary>
/// <param name="query">Of the request.</param>
/// <param name="asked">Remembers which names were asked for; null: nobody wants to know.</param>
internal sealed class Parameters(QueryString query, Asked? asked = null)
{
    private readonly List<string> _faults = [];
    private bool _isBad;

    /// <summary>Null when nothing is wrong.</summary>
    public ApiError? Refusal => _isBad ? ApiError.BadRequest : _faults.Count > 0 ? ApiError.Faults(_faults) : null;

    public string? Text(string name)
    {
        asked?.For(name);
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            if (pair.DecodeName().Span.SequenceEqual(name))
            {
                return pair.DecodeValue().ToString();
            }
        }

        return null;
    }

    /// <summary>An e-mail address that must be there.</summary>
    public string Email(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            _faults.Add($"{name} parameter is missing");
        }
        else if (!EmailAddress.IsValid(text))
        {
            _faults.Add(Fields.NotAnEmail(name, text));
        }

        return text ?? "";
    }

    /// <summary>An id that must be there.</summary>
    public long Id(string name)
    {
        if (Text(name) is null)
        {
            _faults.Add($"{name} parameter is missing");
        }

        return OptionalId(name) ?? 0;
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name)
    {
        var text = Text(name) ?? "";
        _isBad |= text.Contains('\0', StringComparison.Ordinal); // As in Fields: what is kept holds none.
        if (text.Length == 0)
        {
            _faults.Add($"{name} parameter is missing");
        }

        return text;
    }

    /// <summary>One of these words, which must be there.</summary>
    public string Word(string name, IReadOnlyList<string> known)
    {
        var text = RequiredText(name);
        if (text.Length > 0 && !known.Contains(text))
        {
            _faults.Add($"{name} should be one of {string.Join(", ", known)}"); // [inf]
        }

        return text;
    }

    public long? OptionalId(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (!WireId.TryParse(text, out var id, ref _isBad))
        {
            _faults.Add($"{name} should be a valid Long");
        }

        asked?.Saw(id);
        return id;
    }

    /// <summary>How many are wanted.</summary>
    public int Limit(int otherwise, int max)
    {
        var limit = OptionalId("limit") ?? otherwise;
        if (limit >= 1 && limit <= max)
        {
            return (int)limit;
        }

        _faults.Add($"limit should be 1 to {max}");
        return otherwise;
    }

    /// <summary>False where it is not there.</summary>
    public bool Flag(string name)
    {
        var text = Text(name);
        var isFlag = bool.TryParse(text, out var value);
        _isBad |= text is not null && !isFlag;
        return value;
    }
}
