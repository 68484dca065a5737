using Microsoft.Extensions.DependencyInjection;
using Sluice.Client;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client
{
    /// <summary>The typed client in a container.</summary>
    public sealed class ClientServicesTests
    {
        [Fact]
        public async Task Several_companies_have_a_client_each_and_no_handler_repeats_their_writes()
        {
            var servers = new Dictionary<string, AnswersByFunction>();
            var services = new ServiceCollection();
            services.ConfigureHttpClientDefaults(all => all
                .AddHttpMessageHandler(() => new Microsoft.Extensions.Http.Resilience.Twice())
                .AddHttpMessageHandler(() => new Microsoft.Extensions.Http.PolicyHttpMessageHandler()));
            foreach (var company in (string[])["one", "two"])
            {
                servers[company] = new AnswersByFunction(_ => Answer("""{"workspaces":[{"id":"1"}]}"""));
                services.AddSluice(company, options => (options.BaseAddress, options.BearerToken) = (new Uri($"https://{company}.example.com"), company))
                    .ConfigurePrimaryHttpMessageHandler(() => servers[company]);
            }

            await using var provider = services.BuildServiceProvider();
            await provider.GetRequiredKeyedService<SluiceClient>("two").UnassignAsync(new CrmId("ada"));

            Assert.Empty(servers["one"].Heard);
            Assert.Single(servers["two"].Heard);
            Assert.Same(provider.GetRequiredKeyedService<SluiceClient>("one"), provider.GetRequiredKeyedService<SluiceClient>("one"));
        }
    }
}

namespace Microsoft.Extensions.Http.Resilience
{
    /// <summary>Does what the standard resilience handler may do: sends a request a second time.</summary>
    internal class Twice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}

namespace Microsoft.Extensions.Http
{
    /// <summary>Has the name of the handler that sends requests through policies of Polly.</summary>
    internal sealed class PolicyHttpMessageHandler : Resilience.Twice;
}
