using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage;

/// <summary>One request of an author: the call, the session on the database, and the reader of the body.</summary>
internal sealed class Authoring(Call call, AuthoringSession session)
{
    private readonly List<string> _faults = [];

    public Call Call => call;

    public AuthoringSession Session => session;

    public IResult Refusal => ApiError.Faults(_faults);

    public Given Given => field ??= new Given(call.Body, "", _faults);
}

/// <summary>Runs the requests of authors, each in a session.</summary>
internal sealed class Authors(AuthoringSessions sessions)
{
    public Task<IResult> WriteAsync(Call call, Func<Authoring, Task<IResult>> work) => sessions.WriteAsync(call.CompanyId, session => work(new Authoring(call, session)), call.Ct);

    public Task<IResult> ReadAsync(Call call, Func<Authoring, Task<IResult>> work) => sessions.ReadAsync(call.CompanyId, session => work(new Authoring(call, session)), call.Ct);
}
