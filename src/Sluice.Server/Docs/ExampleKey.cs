using Sluice.Engine.Companies;

namespace Sluice.Server.Docs;

/// <summary>The key that the documentation shows. <c>sluice dev</c> sets it: its key is no secret. No other server does.</summary>
internal sealed class ExampleKey
{
    public ApiKeyCredentials? Credentials { get; set; }
}
