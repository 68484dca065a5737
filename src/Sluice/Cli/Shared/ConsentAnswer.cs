using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sluice.Cli.Shared;

/// <summary>Waits on the loopback address for the browser that a provider sends back with a code.</summary>
internal sealed class ConsentAnswer : IAsyncDisposable
{
    private const int MaxWord = 100;

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<(string? Code, string? Refusal)> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private ConsentAnswer(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    /// <summary>Comes back with the code. A visitor with another does not answer this request.</summary>
    public string State { get; } = ConsentRequest.NewSecret();

    /// <summary>By name and not by number: providers that know the redirect URI beforehand leave out the port only there.</summary>
    public Uri Redirect => new($"http://localhost:{new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port}/");

    /// <param name="port">0: a free one.</param>
    public static async Task<ConsentAnswer> ListenAsync(int port, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var answer = new ConsentAnswer(builder.Build());
        try
        {
            await answer._app.StartAsync(ct);
            return answer;
        }
        catch (IOException fault)
        {
            await answer.DisposeAsync();
            throw new CliException($"Port {port} of this machine cannot be used: {fault.Message}");
        }
    }

    /// <returns>The code.</returns>
    /// <exception cref="CliException">The provider or the owner says no, or nobody comes.</exception>
    public async Task<string> WaitAsync(TimeSpan patience, CancellationToken ct)
    {
        try
        {
            var (code, refusal) = await _answer.Task.WaitAsync(patience, TimeProvider.System, ct);
            return code ?? throw new CliException($"The provider gives no consent: {refusal}");
        }
        catch (TimeoutException)
        {
            throw new CliException($"Nobody has signed in for {patience.TotalMinutes:0} minutes. Run the command again.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(Goodbye); // To dispose of it alone would reset the connection, perhaps before the browser has the page.
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var isOurs = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes($"{query["state"]}"), Encoding.UTF8.GetBytes(State));
        var (code, refusal) = ((string?)query["code"], (string?)query["error"]);
        var isAnswer = isOurs && (code is { Length: > 0 } || refusal is { Length: > 0 });
        context.Response.StatusCode = isAnswer ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(!isAnswer ? "This does not answer the sign-in that Sluice waits for." : code is { Length: > 0 } ? "Thank you. Go back to the terminal." : "There is no consent. Go back to the terminal.");
        if (isAnswer)
        {
            await context.Response.CompleteAsync(); // The command may end as soon as it has the code.
            _answer.TrySetResult((code is { Length: > 0 } ? code : null, Output.ReplaceControlCharacters(refusal is { Length: > MaxWord } ? refusal[..MaxWord] : refusal ?? "")));
        }
    }
}
