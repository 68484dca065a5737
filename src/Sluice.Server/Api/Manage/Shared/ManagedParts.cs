using Sluice.Server.Docs;

namespace Sluice.Server.Api.Manage.Shared;

/// <summary>The parts of the management API, and inputs that several of them share.</summary>
internal static class ManagedParts
{
    public static readonly ApiPart Authoring = new("Authoring", "Writes flows, folders and rulesets.");
    public static readonly ApiPart People = new("Company and users", "Settings of the company, and its users.");
    public static readonly ApiPart Prospects = new("Prospects", "What people learn about prospects and the CRM does not know.");
    public static readonly ApiPart Instances = new("Flow instances", "One prospect in one flow: plan, show, explain, pause, resume, finish, skip and reassign.");
    public static readonly ApiPart Tasks = new("Tasks", "Tasks of every kind.");
    public static readonly ApiPart Mail = new("Mail", "The mail of flows, and what came back.");

    public static readonly Input Cursor = Input.Optional("cursor", CommonFieldDescriptions.Cursor);

    public static Input Limit(int most, int otherwise) => Input.Optional("limit", Schema.Number($"The size of the list, from 1 to {most}. Default: {otherwise}.", otherwise));

    public static Input Id(string description) => Input.Required("id", Schema.Id(description));
}
