using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>Recorded answers of the generic CRM operations, byte for byte, in both profiles.</summary>
public sealed class CrmGoldenTests
{
    [Theory, EveryProfile]
    [Wire(GetObjects, "rec", "A GET without a JSON body", Refusal = true)]
    public async Task Objects_without_a_json_body_are_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.GetAsync("/v2/crm/entities?integrationId=1&objectType=LEAD");

        reply.ShouldBeExactly(UnsupportedMediaType, """{"errors":["Unsupported Media Type"]}""");
    }

    [Theory, EveryProfile]
    [Wire(UploadObjects, "rec", "An upload without its multipart part", Refusal = true)]
    public async Task An_upload_without_its_dataFile_part_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var query = await HasIntegrationAsync(app);

        var reply = await app.SendAsync(
            HttpMethod.Post, $"/v2/crm/entities{query}", new MultipartFormDataContent { { new StringContent("{}"), "file", "objects.json" } });

        reply.ShouldBeExactly(BadRequest, """{"errors":["dataFile part is missing"]}""");
    }

    [Theory, EveryProfile]
    [Wire(GetUploadStatus, "rec", "For a failed upload: its lines and what is wrong with each")]
    public async Task The_status_of_a_failed_upload_says_what_is_wrong(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var query = (await HasIntegrationAsync(app)).Replace("LEAD", "BUSINESS_USER", StringComparison.Ordinal);
        await app.UploadAsync(query, """{"objectId":"1","modifiedDate":"2026-01-01T00:00:00Z"}""");

        var reply = await TestApp.EventuallyAsync(
            () => app.GetAsync($"/v2/crm/request-status{query}"), reply => (string?)reply.Json["status"] is not ("PENDING" or "IN_PROGRESS"));

        reply.ShouldBeExactly(OK, """
            {"status":"FAILED","errors":[{"line":1,"description":"Mandatory field [emailAddress] is missing or empty"}],"totalErrorCount":1,"totalSuccessCount":0}
            """);
    }

    [Theory, EveryProfile]
    [Wire(RegisterIntegration, "rec", "A second one", Refusal = true)]
    public async Task A_second_integration_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await app.CallAsync(RegisterIntegration);

        var reply = await app.CallAsync(RegisterIntegration);

        reply.ShouldBeExactly(Conflict, """
            {"errors":["Your organization already has an active GENERIC CRM integration. Only 1 active integration is supported. Please disconnect the existing GENERIC CRM integration before creating a new Generic CRM integration"]}
            """);
    }

    private static async Task<string> HasIntegrationAsync(TestApp app) =>
        $"?integrationId={(await app.CallAsync(RegisterIntegration)).Json["integrationId"]}&objectType=LEAD&clientRequestId=a";
}
