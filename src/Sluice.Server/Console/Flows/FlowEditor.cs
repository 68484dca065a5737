using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Flows;

/// <summary>The editor of a flow: its steps in their order, their waits and texts, what is doubtful about them, and how they read for one person. It makes the call of the API.</summary>
internal static class FlowEditor
{
    private const int MaxBytes = 4 * 1024 * 1024;

    public static void MapFlowEditor(this RouteGroupBuilder console)
    {
        console.MapGet("/flows/{id}/edit", Show);
        console.MapPost("/flows/{id}/edit", Save).WithMetadata(new LongForm(MaxBytes));
    }

    private static Task<IResult> Show(string id, Visit visit, Db db, AuthoringRequests requests, ProspectSearchStore search) => requests.ReadAsync(visit.Call, request => WithFlowAsync(id, visit, request, async (flow, draft) =>
    {
        var form = FlowForm.Of(draft);
        return await PageAsync(visit, db, search, request, flow, new FlowEdit(form, FormFields.Now(form.ToFields()), form.Fingerprint()) { Warnings = Warnings.Of(draft, "", request.Session.Names.CrmPlaceholders) });
    }));

    private static Task<IResult> Save(string id, Visit visit, Db db, AuthoringRequests requests, ProspectSearchStore search) => requests.WriteAsync(visit.Call, request => WithFlowAsync(id, visit, request, async (flow, draft) =>
    {
        var now = FlowForm.Of(draft);
        var form = FlowForm.Read(visit).Keeping(now);
        if (visit.Field("do") != "save")
        {
            visit.NoteNothing();
            return await PageAsync(visit, db, search, request, flow, Check(visit, form, draft, request.Session.Names.CrmPlaceholders, visit.Field("seen") ?? ""));
        }

        if (visit.Field("seen") != now.Fingerprint())
        {
            return await PageAsync(visit, db, search, request, flow, new FlowEdit(form, FormFields.Back(form.ToFields(), []), now.Fingerprint()) { IsOutdated = true }, StatusCodes.Status409Conflict);
        }

        visit.NoteBefore(null, now.ToFields().GroupBy(one => one.Name, StringComparer.Ordinal).Select(one => (one.Key, (string?)string.Join(',', one.Select(field => field.Value)))));
        return await FlowAuthoring.Change(id, visit.Call.ToApi(form.ToJson()), requests) is ApiError refusal
            ? await PageAsync(visit, db, search, request, flow, new FlowEdit(form, FormFields.Back(form.ToFields(), Faults(refusal.Errors)), now.Fingerprint()), refusal.Status)
            : Notice.Redirect(Links.With($"{Links.Flow(id)}/edit", ("person", visit.Field("person"))), "flow-saved");
    }));

    /// <summary>Reads the form as the API would, and writes nothing.</summary>
    private static FlowEdit Check(Visit visit, FlowForm form, FlowDraft current, IReadOnlyList<string> ofCrm, string seen)
    {
        var reader = visit.Call.ToApi(form.ToJson()).ReadBody();
        var draft = ReadDraft.Flow(reader, current, needsKeys: false);
        return new FlowEdit(form, FormFields.Back(form.ToFields(), Faults(reader.Faults)), seen) { Warnings = Warnings.Of(draft, "", ofCrm) };
    }

    /// <summary>On the page, the wait is one number with a unit.</summary>
    private static List<string> Faults(IReadOnlyList<string> faults) =>
        [.. faults.Select(fault => fault.Replace(".wait.days: ", ".wait: ", StringComparison.Ordinal).Replace(".wait.minutes: ", ".wait: ", StringComparison.Ordinal))];

    private static async Task<IResult> PageAsync(
        Visit visit, Db db, ProspectSearchStore search, AuthoringRequest request, Flow flow, FlowEdit edit, int status = StatusCodes.Status200OK)
    {
        var asked = visit.Http.Request.HasFormContentType ? visit.Field("person") : visit.Query("person");
        var full = edit with { Asked = asked, Previews = asked is null ? null : await PreviewAsync(visit, db, search, flow, edit.Form, asked), Rulesets = request.Session.Names.Rulesets };
        return ConsolePage.Of(visit, "flows", $"Edit {Words.Short(flow.Name, 100)}", FlowEditView.Of(visit, flow, full), status: edit.IsRefused && status == StatusCodes.Status200OK ? StatusCodes.Status400BadRequest : status);
    }

    /// <summary>Fills in the texts for the first person who is found, in the name of the flow's owner.</summary>
    private static async Task<FlowPreview?> PreviewAsync(Visit visit, Db db, ProspectSearchStore search, Flow flow, FlowForm form, string asked)
    {
        var found = await new ProspectStore(db).FindAsync(visit.CompanyId, await search.FindAsync(visit.CompanyId, asked, 1, visit.Ct), visit.Ct);
        if ((await new ProspectFieldStore(db).AddFieldsAsync(visit.CompanyId, found, visit.Ct)) is not [var known, ..] || await new UserStore(db).FindAsync(visit.CompanyId, flow.OwnerId, visit.Ct) is not { } owner)
        {
            return null;
        }

        var values = Placeholders.Of(known.Prospect, owner, []);
        return new FlowPreview(known.Prospect, [.. form.Steps.Select(step => Rendering.Render(new StepTexts(step.Subject ?? "", step.Body ?? ""), values))]);
    }

    private static Task<IResult> WithFlowAsync(string id, Visit visit, AuthoringRequest request, Func<Flow, FlowDraft, Task<IResult>> work) =>
        FlowEndpoints.WithFlowAsync(id, visit, request.Session.Tx, async flow => await work(flow, await request.Session.Names.DescribeAsync(flow, visit.Ct)));
}

/// <summary>One look at the editor.</summary>
/// <param name="Seen">Of the flow as it was when the page was opened.</param>
internal sealed record FlowEdit(FlowForm Form, FormFields Fields, string Seen)
{
    public bool IsRefused => Fields.HasFaults;

    /// <summary>What is allowed but probably not meant, each with its place.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether somebody else has saved the flow meanwhile.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>For whom the texts shall be filled in; null: for nobody.</summary>
    public string? Asked { get; init; }

    /// <summary>Null: nobody was asked for, or nobody is found.</summary>
    public FlowPreview? Previews { get; init; }

    public IReadOnlyList<Ruleset> Rulesets { get; init; } = [];
}

/// <summary>The texts of all steps for one person.</summary>
internal sealed record FlowPreview(Prospect Person, IReadOnlyList<Rendered> Steps);
