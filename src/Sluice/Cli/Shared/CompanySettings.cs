using System.CommandLine;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Shared;

/// <summary>The settings of a company as options. A setting whose option is not given stays as it is.</summary>
internal sealed class CompanySettings
{
    private readonly Option<string?> _timeZone = new("--time-zone") { Description = "An IANA name, such as America/Los_Angeles. The API shows times in this zone.", HelpName = "zone" };
    private readonly Option<int?> _perSecond = new("--calls-per-second") { Description = "Calls a second; 0 means no limit.", HelpName = "number" };
    private readonly Option<int?> _perDay = new("--calls-per-day") { Description = "Calls a day; 0 means no limit.", HelpName = "number" };
    private readonly Option<bool?> _multiple = new("--multiple-flows") { Description = "Whether a prospect may be in several flows at once: true or false.", HelpName = "true|false" };
    private readonly Option<int?> _coolOff = new("--cool-off-days") { Description = "How long a prospect must wait after any flow; ignored with --multiple-flows.", HelpName = "days" };
    private readonly Option<string?> _unknown = new("--unknown-prospects") { Description = "What an assignment does with an unknown CRM id: refuse it, or create a prospect that has only this id." };

    private Option[] All => [_timeZone, _perSecond, _perDay, _multiple, _coolOff, _unknown];

    public string Names => string.Join(", ", All.Select(option => option.Name));

    /// <summary>Whether the command line has at least one setting.</summary>
    public bool AreGiven(ParseResult given) => All.Any(option => given.GetResult(option) is { Implicit: false });

    public void AddTo(Command command, params Option[] others)
    {
        _unknown.AcceptOnlyFromAmong("refuse", "create");
        foreach (var option in (Option[])[.. All, .. others])
        {
            command.Options.Add(option);
        }
    }

    public Company Apply(ParseResult given, Company company) => company with
    {
        TimeZone = Zone(given.GetValue(_timeZone)) ?? company.TimeZone,
        Limits = new CompanyLimits(
            Count(given, _perSecond, 100_000) ?? company.Limits.CallsPerSecond,
            Count(given, _perDay, int.MaxValue) ?? company.Limits.CallsPerDay),
        Admission = new AdmissionSettings(
            given.GetValue(_multiple) ?? company.Admission.MultipleFlowsAllowed,
            Count(given, _coolOff, 3650) ?? company.Admission.CoolOffDays,
            given.GetValue(_unknown) is { } unknown ? unknown == "create" : company.Admission.CreateUnknownProspects),
    };

    private static string? Zone(string? name) => name is null || Zones.Exists(name)
        ? name
        : throw new CliException($"--time-zone takes an IANA name such as Europe/Berlin, not {name}.", ExitCode.Usage);

    private static int? Count(ParseResult given, Option<int?> option, int max) => given.GetValue(option) is var count && (count is null || (count >= 0 && count <= max))
        ? count
        : throw new CliException($"{option.Name} takes 0 to {max}, not {count}.", ExitCode.Usage);
}
