using System.Text;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Tests.Engine.Storage.Sqlite;

public sealed class IndexTableTests
{
    private const int Steps = 200_000;

    /// <summary>
    /// Keys and ids are few, so that changes meet rows that exist. There are more rows than fit at first, so that the parts grow, and many removals,
    /// so that freed places are used again; the same holds for the places of shared values.
    /// </summary>
    [Theory, Slow]
    [InlineData(1, 3, 40, 5)]
    [InlineData(2, 50_000, 3, Steps)]
    [InlineData(3, 2000, 20, 1000)]
    public void The_table_finds_the_same_rows_as_a_dictionary(int seed, int keys, int idsOfAKey, int colors)
    {
        var random = new Random(seed);
        var (table, model) = (new IndexTable<Thing>(expected: 0, ownColumns: 2), new Dictionary<(long Company, int Key, long Id), Thing>());
        for (var step = 0; step < Steps; step++)
        {
            var place = (Company: (long)random.Next(1, 3), Key: random.Next(keys), Id: (long)random.Next(1, idsOfAKey));
            if (random.Next(5) < 3)
            {
                model[place] = new Thing(0, place.Id, step, random.Next(colors));
                table.Put(place.Company, Bytes(place.Key), model[place]);
            }
            else
            {
                model.Remove(place);
                table.Remove(place.Company, Bytes(place.Key), place.Id);
            }
        }

        Assert.Equal(model.Count, table.Count);
        var expected = model.ToLookup(one => (one.Key.Company, one.Key.Key), one => one.Value);
        foreach (var company in (long[])[1, 2, 3])
        {
            var found = new List<Thing>();
            table.Find([.. Enumerable.Range(0, keys).Select(key => table.Hash(company, Bytes(key)))], first: 7, found);
            var rows = Enumerable.Range(0, keys).SelectMany(key => expected[(company, key)].Select(thing => thing with { Position = 7 + key }).OrderBy(thing => thing.Id));
            Assert.Equal(rows, found.OrderBy(thing => thing.Position).ThenBy(thing => thing.Id));
        }
    }

    private static byte[] Bytes(int key) => Encoding.UTF8.GetBytes($"key {key}");

    private readonly record struct Thing(long Position, long Id, long Size, long Color);
}
