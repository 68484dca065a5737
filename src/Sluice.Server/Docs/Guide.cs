using System.Globalization;
using Sluice.Engine.Companies;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>Says what a new user of the API must know before the first operation, and what applies to all operations.</summary>
internal static class Guide
{
    /// <summary>Stands for <see cref="SettingsFor"/>: the page is written once, but address and key are those of the reader's server.</summary>
    public const string Settings = "{settings}";

    /// <summary>Stands for <see cref="SayHowToGetKey"/>.</summary>
    public const string HowToGetKey = "{how to get a key}";

    public static string Lead(Profile profile) =>
        $"Assign prospects to flows, see which prospect is in which flow, and take prospects out. This server answers by the `{profile.Name}` wire profile.";

    public static string SettingsFor(string url, ApiKeyCredentials? key) => $"""
        export SLUICE_BASE_URL={url}
        export SLUICE_ACCESS_KEY={key?.AccessKey ?? "…"}
        export SLUICE_ACCESS_KEY_SECRET={key?.AccessKeySecret ?? "…"}
        """.ReplaceLineEndings("\n");

    public static string SayHowToGetKey(ApiKeyCredentials? key) => key is null
        ? "You need an API key and its secret. The operator of this server makes one with `sluice keys create`."
        : "This is `sluice dev`. Its key is the same on every machine and no secret, so you can paste these lines as they are.";

    /// <param name="statuses">The statuses of refusals, with their meaning.</param>
    public static IEnumerable<Block> Blocks(IReadOnlyList<string[]> statuses) =>
    [
        new Heading(1, "The first call", "first-call"),
        new Paragraph(HowToGetKey),
        new Code("sh", Settings),
        new Paragraph("This call lists the workspaces of your company:"),
        new Code("sh", "curl -s \"$SLUICE_BASE_URL/v2/workspaces\" \\\n  -u \"$SLUICE_ACCESS_KEY:$SLUICE_ACCESS_KEY_SECRET\""),
        new Paragraph($"All examples below use the same three variables. The ids in them are those of the demo data of `sluice dev`. Only an earlier answer tells the id of something that you have made yourself: put it in the place of `{Schema.AnId}`."),
        new Heading(1, "Credentials and scopes", "credentials"),
        new Paragraph("Send the access key and its secret as user name and password (`Authorization: Basic`), or the key's bearer token (`Authorization: Bearer`)."),
        new Paragraph("A key has scopes. Each operation needs one scope, which the list of all operations names. A key that lacks it is refused, and the error names it too."),
        new Heading(1, "Errors", "errors"),
        new Paragraph("Every answer has a `requestId`. An answer with an error also has one sentence for each fault of the request:"),
        new Code("json", """{"requestId":"4al018gzaztcr8nbukw","errors":["crmProspectsIds is empty"]}"""),
        new Paragraph("The server's log has the details of an error under its `requestId`. `sluice logs tail` shows what a call got wrong, even one that was answered with 200."),
        new Table(["status", "meaning"], statuses) { IsShort = true },
        new Heading(1, "Limits", "limits"),
        new Paragraph(string.Create(CultureInfo.InvariantCulture, $"""
            A company may make {Company.DefaultLimits.CallsPerSecond} calls a second and {Company.DefaultLimits.CallsPerDay:N0} a day, counted over all its keys, unless the operator of the server has
            set other limits. A further call is refused with 429. The header `Retry-After` says after how many seconds to try again.
            """).ReplaceLineEndings(" ")),
        new Paragraph("A request body may have 1 MiB; the file of an upload may have 200 MB."),
        new Heading(1, "Pages, ids and times", "conventions"),
        new Paragraph("Long lists have 100 records on each page. If there are more, the answer has a `records.cursor`: send it as `cursor` to get the next page, within an hour."),
        new Paragraph("Ids have up to 64 bits. A floating-point number cannot hold them, so read them as strings or as 64-bit integers. Times are in ISO 8601, with an offset."),
        new Paragraph("A field or parameter whose name the server does not know is ignored. So check the spelling first if something has no effect."),
    ];
}
