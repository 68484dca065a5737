using System.Runtime.InteropServices;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Stores the values that many rows share, such as a flow, its owner and a status: each combination once, at a place whose number the rows store instead. A place
/// that no row uses any more is free for another combination. A change must not run at the same time as another call.
/// </summary>
/// <param name="ownColumns">As in <see cref="IndexTable{T}"/>.</param>
internal sealed class SharedValues<T>(int ownColumns)
    where T : unmanaged
{
    private readonly Dictionary<T, int> _places = [];
    private readonly List<T> _values = [];
    private readonly List<int> _uses = [];
    private readonly Stack<int> _free = new();

    public int OwnColumns => ownColumns;

    /// <summary>Gets a row with the shared values at this place, and with 0 in its other columns.</summary>
    public T this[int place] => _values[place];

    /// <summary>Begins a use of a place. Each use must end with <see cref="Leave"/>.</summary>
    /// <returns>The place of the row's shared values.</returns>
    public int Use(T row)
    {
        LookUp<T>.Cells(ref row)[..(1 + ownColumns)].Clear();
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, row, out var isKnown);
        if (!isKnown)
        {
            known = Place(row);
        }

        _uses[known]++;
        return known;
    }

    /// <summary>Ends one use of a place.</summary>
    public void Leave(int place)
    {
        if (--_uses[place] == 0)
        {
            _places.Remove(_values[place]);
            _free.Push(place);
        }
    }

    private int Place(T values)
    {
        if (_free.TryPop(out var place))
        {
            _values[place] = values;
            return place;
        }

        _values.Add(values);
        _uses.Add(0);
        return _values.Count - 1;
    }
}
