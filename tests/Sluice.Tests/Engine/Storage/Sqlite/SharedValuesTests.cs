using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Tests.Engine.Storage.Sqlite;

public sealed class SharedValuesTests
{
    private readonly SharedValues<Row> _shared = new(ownColumns: 1);

    [Fact]
    public void Rows_that_differ_in_what_is_their_own_have_one_place()
    {
        var place = _shared.Use(new Row(Position: 7, Id: 1, FlowId: 5, Status: 2));

        Assert.Equal(place, _shared.Use(new Row(8, 2, 5, 2)));
        Assert.NotEqual(place, _shared.Use(new Row(7, 1, 5, 3)));
        Assert.Equal(new Row(0, 0, 5, 2), _shared[place]);
    }

    [Fact]
    public void A_place_is_free_for_other_values_when_the_last_row_has_left_it()
    {
        var place = _shared.Use(new Row(0, 1, 5, 2));
        _shared.Use(new Row(0, 2, 5, 2));

        _shared.Leave(place);
        Assert.NotEqual(place, _shared.Use(new Row(0, 3, 6, 2)));

        _shared.Leave(place);
        Assert.Equal(place, _shared.Use(new Row(0, 4, 7, 2)));
        Assert.Equal(new Row(0, 0, 7, 2), _shared[place]);
        Assert.NotEqual(place, _shared.Use(new Row(0, 5, 5, 2)));
    }

    private readonly record struct Row(long Position, long Id, long FlowId, long Status);
}
