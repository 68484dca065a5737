using Sluice.Companies;
using Sluice.Http;
using Sluice.Ids;
using Sluice.Storage;

namespace Sluice.Control.Authoring;

/// <summary>What an authoring handler works with: the request, the company's names and the transaction. A company's writes run one after the other.</summary>
internal sealed class Desk(Register register, IdMaker ids, DateTimeOffset now, Call call)
{
    private readonly List<string> _faults = [];

    public Register Register { get; } = register;

    public IDbSession Tx => Register.Tx;

    public IdMaker Ids => ids;

    public DateTimeOffset Now => now;

    public Call Call => call;

    public long CompanyId => call.CompanyId;

    public IResult Refusal => ApiError.Faults(_faults);

    public Given Given => field ??= new Given(call.Body, "", _faults);
}

/// <summary>Opens a <see cref="Desk"/> for a request and runs the handler on it.</summary>
internal sealed class Authors(Db db, IdMaker ids, TimeProvider clock)
{
    public Task<IResult> WriteAsync(Call call, Func<Desk, Task<IResult>> work) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(call.CompanyId, call.Ct); // One write at a time: a handler looks up names and then relies on them.
            return await work(await MakeAsync(tx, call));
        },
        call.Ct);

    public async Task<IResult> ReadAsync(Call call, Func<Desk, Task<IResult>> work) => await work(await MakeAsync(db, call));

    private async Task<Desk> MakeAsync(IDbSession session, Call call) =>
        new(await Register.ReadAsync(session, call.CompanyId, call.Ct), ids, clock.GetUtcNow(), call);
}
