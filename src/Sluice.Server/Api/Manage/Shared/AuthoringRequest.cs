using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Shared;

/// <summary>One request of an author: the call, the session on the database, and the reader of the body.</summary>
internal sealed class AuthoringRequest(Call call, AuthoringSession session)
{
    public Call Call => call;

    public AuthoringSession Session => session;

    public IResult Refusal => Reader.Refusal ?? throw new InvalidOperationException("Nothing is wrong with the request");

    public RequestReader Reader => field ??= call.ReadBody();
}

/// <summary>Runs the requests of authors, each in a session.</summary>
internal sealed class AuthoringRequests(AuthoringSessions sessions)
{
    public Task<IResult> WriteAsync(Call call, Func<AuthoringRequest, Task<IResult>> work) => sessions.WriteAsync(call.ToActor(), session => work(new AuthoringRequest(call, session)), call.Ct);

    public Task<IResult> ReadAsync(Call call, Func<AuthoringRequest, Task<IResult>> work) => sessions.ReadAsync(call.ToActor(), session => work(new AuthoringRequest(call, session)), call.Ct);
}
