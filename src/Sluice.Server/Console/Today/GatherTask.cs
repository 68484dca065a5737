using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Today;

/// <summary>Reads what a person has to know to do one task.</summary>
internal sealed class GatherTask(Db db, UserStore users, GatherFacts facts)
{
    private const int MaxMails = 5;

    public async Task<TaskContext> RunAsync(Visit visit, ListedToDo task, CancellationToken ct)
    {
        var todo = task.ToDo;
        var known = await new ProspectStore(db).FindAsync(visit.CompanyId, todo.ProspectId is { } prospect ? [prospect] : [], ct);
        var run = todo.FlowInstanceId is { } instance ? await new RunStore(db).FindAsync(visit.CompanyId, instance, ct) : null;
        var (draft, whyNot) = todo is { Status: ToDoStatus.Open, IsHidden: false, Kind: TaskKind.Step, Action: Step.Mail } ? await TaskMail.DraftAsync(db, todo, ct) : default;
        return new TaskContext(task, (await new ProspectFieldStore(db).AddFieldsAsync(visit.CompanyId, known, ct)).SingleOrDefault(), await users.FindAsync(visit.CompanyId, todo.UserId, ct))
        {
            Facts = run is null ? null : await facts.RunAsync(run, ct),
            Mails = run is null ? [] : await new MessageStore(db).ListAsync(visit.CompanyId, run.Id, null, null, MaxMails, ct),
            Draft = draft,
            WhyNoMail = whyNot,
            Text = run is { IsOpen: true } ? await RenderAsync(todo, run, ct) : null,
        };
    }

    /// <returns>The text of the step with its placeholders filled in; null: it has none. What has no value stays in braces.</returns>
    private async Task<Rendered?> RenderAsync(ToDo todo, Run run, CancellationToken ct)
    {
        var gathered = await StepFacts.GatherAsync(db, run.CompanyId, [run], ct);
        var step = gathered.StepsOf(run).FirstOrDefault(step => step.Id == todo.StepId);
        if (step is null || !gathered.Prospects.TryGetValue(run.ProspectId, out var known) || !gathered.Users.TryGetValue(run.OwnerId, out var owner))
        {
            return null;
        }

        var overrides = run.OverridesId is { } id ? gathered.Overrides.GetValueOrDefault(id) : null;
        var texts = StepText.TextsOf(step, overrides);
        return texts is { Subject: "", Body: "" } ? null : Rendering.Render(texts, StepText.ValuesOf(known.Prospect, owner, overrides));
    }
}

/// <param name="Known">Null: the record was erased.</param>
internal sealed record TaskContext(ListedToDo Task, ProspectState? Known, User? Owner)
{
    /// <summary>Null: the task is of no flow.</summary>
    public ExplainFacts? Facts { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Message> Mails { get; init; } = [];

    public Rendered? Text { get; init; }

    /// <summary>The mail that the task asks for; null: it asks for none, or none can be sent.</summary>
    public MailDraft? Draft { get; init; }

    /// <summary>What was typed, if the form of the mail comes back.</summary>
    public FormFields Fields { get; init; } = FormFields.Blank;

    /// <summary>Why no mail can be sent although the task asks for one.</summary>
    public string? WhyNoMail { get; init; }

    /// <summary>The message of the person that the task is about, if somebody can read and answer it.</summary>
    public string? Heard => Task.ToDo.Kind is TaskKind.Response or TaskKind.MeetingBooked && Facts?.Heard.LastOrDefault(one => one.Type is nameof(InboundType.Reply) or nameof(InboundType.MeetingBooked)) is { } last ? last.MessageId : null;

    /// <summary>The mail of which nobody knows whether it left, if the task asks that.</summary>
    public Message? Uncertain => Task.ToDo.Kind == TaskKind.UncertainMail ? Mails.FirstOrDefault(mail => mail.State == MessageState.Uncertain) : null;
}
