using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Stores the people of a file, some hundred in each transaction: new ones, and what the file says anew of those that are known.</summary>
internal sealed class ImportPeople(Db db, ProspectReaction reaction, IdMaker ids, TimeProvider clock)
{
    private readonly int _piece = db.Dialect.Slice(500);

    /// <param name="isDry">Whether to say only what would happen.</param>
    public async Task<PeopleImport> RunAsync(long companyId, IReadOnlyList<PersonRow> people, bool isDry, CancellationToken ct)
    {
        var sum = new PeopleImport(0, 0, 0);
        foreach (var piece in people.Chunk(_piece))
        {
            sum += isDry ? (await DecideAsync(db, companyId, piece, ct)).Numbers : await db.InTransactionAsync(tx => StoreAsync(tx, companyId, piece, ct), ct);
        }

        return sum;
    }

    private async Task<PeopleImport> StoreAsync(IDbSession tx, long companyId, PersonRow[] people, CancellationToken ct)
    {
        var (after, numbers) = await DecideAsync(tx, companyId, people, ct);
        if (after.Count > 0)
        {
            await reaction.PutAsync(tx, companyId, after, ct);
            await new ProspectStore(tx).DescribeAsync(after, ct);
        }

        return numbers;
    }

    /// <returns>The records to write, and how many people are new, changed and as they were.</returns>
    private async Task<(List<Prospect> After, PeopleImport Numbers)> DecideAsync(IDbSession session, long companyId, PersonRow[] people, CancellationToken ct)
    {
        var known = (await new ProspectStore(session).FindAsync(companyId, [.. people.Select(one => one.CrmId)], ct)).ToDictionary(one => one.Prospect.CrmId, StringComparer.Ordinal);
        var (after, added, same) = (new List<Prospect>(), 0, 0);
        foreach (var row in people)
        {
            var was = known.GetValueOrDefault(row.CrmId);
            var prospect = row.ApplyTo(was?.Prospect ?? Prospect.FromCrmId(companyId, ids.Next(), row.CrmId, clock.GetUtcNow()));
            if (was is { IsDeleted: false } && prospect == was.Prospect)
            {
                same++;
                continue;
            }

            added += was is null ? 1 : 0;
            after.Add(prospect);
        }

        return (after, new PeopleImport(added, after.Count - added, same));
    }
}

/// <param name="Same">Those of whom the file says nothing new.</param>
internal sealed record PeopleImport(int Added, int Changed, int Same)
{
    public static PeopleImport operator +(PeopleImport one, PeopleImport other) => new(one.Added + other.Added, one.Changed + other.Changed, one.Same + other.Same);
}
