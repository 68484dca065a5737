using System.Runtime.InteropServices;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Keeps each combination of the values that rows share once, such as a flow, its owner and a status, so that a row has one small number in their place. A
/// combination that no row has any more makes room for another. A change must not run at the same time as another call.
/// </summary>
/// <param name="ownColumns">How many columns the rows do not share. They come first, the id before all.</param>
internal sealed class SharedValues<T>(int ownColumns)
    where T : unmanaged
{
    private readonly Dictionary<T, int> _places = [];
    private readonly List<T> _values = [];
    private readonly List<int> _uses = [];
    private readonly Stack<int> _free = new();

    public int OwnColumns => ownColumns;

    /// <summary>A row with these values, whose other cells are 0.</summary>
    public T this[int place] => _values[place];

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

    /// <summary>To be called for each use that ends.</summary>
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
