using System.Text;
using Microsoft.AspNetCore.Http;
using Sluice.Engine.Webhooks;
using StandardWebhooks;

namespace Sluice.Tests.Engine.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Body = """{"id":"1","type":"prospect.opted_out"}""";

    [Fact]
    public void The_public_package_verifies_a_signature_by_either_secret_and_refuses_changes()
    {
        var (secret, old, now) = (WebhookSignature.NewSecret(), WebhookSignature.NewSecret(), TimeProvider.System.GetUtcNow());
        var headers = HeadersOf(WebhookSignature.Sign([secret, old], "1", now, Encoding.UTF8.GetBytes(Body)), now);

        new StandardWebhook(secret).Verify(Body, headers);
        new StandardWebhook(old).Verify(Body, headers);

        Assert.ThrowsAny<Exception>(() => new StandardWebhook(WebhookSignature.NewSecret()).Verify(Body, headers));
        Assert.ThrowsAny<Exception>(() => new StandardWebhook(secret).Verify(Body + " ", headers));
    }

    [Fact]
    public void A_secret_has_32_random_bytes()
    {
        var secret = WebhookSignature.NewSecret();

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        Assert.NotEqual(secret, WebhookSignature.NewSecret());
    }

    private static HeaderDictionary HeadersOf(string signature, DateTimeOffset at) => new()
    {
        [WebhookSignature.IdHeader] = "1",
        [WebhookSignature.TimestampHeader] = WebhookSignature.WriteTimestamp(at),
        [WebhookSignature.SignatureHeader] = signature,
    };
}
