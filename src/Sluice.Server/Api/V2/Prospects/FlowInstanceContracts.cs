using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Prospects;

// This file and AssignedWriter define the JSON of flow instances. Clients see every change in either.

/// <summary>A list request: by prospects or by flow instances, but not both [seed][doc].</summary>
internal sealed record ListRequest(IReadOnlyList<string> CrmIds, IReadOnlyList<long> InstanceIds)
{
    // No limit is documented [doc]; the maximum size of a request body limits the number of ids.
    private const int MaxIds = int.MaxValue;

    public static ListRequest Read(RequestReader fields)
    {
        if (!fields.HasAny("flowInstanceIds"))
        {
            return new ListRequest(fields.CrmIds("crmProspectsIds", MaxIds), []);
        }

        if (fields.HasAny("crmProspectsIds"))
        {
            fields.Fault("Only one of crmProspectsIds and flowInstanceIds can be given"); // [inf]
        }

        return new ListRequest([], fields.Ids("flowInstanceIds", MaxIds));
    }
}

/// <param name="ByUserEmail">The user in whose name the instances are removed. Null: the request names no user.</param>
internal sealed record UnassignRequest(IReadOnlyList<long> InstanceIds, string? ByUserEmail)
{
    private const int MaxIds = 200; // [seed]

    public static UnassignRequest Read(RequestReader fields) => new(fields.Ids("flowInstanceIds", MaxIds), fields.OptionalEmail("unassignedByUserEmail"));
}

/// <param name="FlowId">Null: remove the prospect from all flows.</param>
/// <param name="ByUserEmail">The user in whose name the instances are removed. Null: the request names no user.</param>
internal sealed record UnassignByProspectRequest(string CrmId, long? FlowId, string? ByUserEmail)
{
    public static UnassignByProspectRequest Read(RequestReader fields) =>
        new(fields.RequiredText("crmProspectId"), fields.OptionalId("flowId"), fields.OptionalEmail("unassignedByUserEmail"));
}

internal sealed record AssignRequest(long FlowId, string OwnerEmail, IReadOnlyList<string> CrmIds, bool CoolOffOverride, AssignmentOverrides? Overrides)
{
    /// <summary>Reads the fields in the order in which the imitated API lists faults [rep].</summary>
    public static AssignRequest Read(RequestReader fields, Profile profile) => new(
        fields.Id("flowId"),
        fields.Email("flowInstanceOwnerEmail"),
        fields.CrmIds("crmProspectsIds", profile.MaxProspectsToAssign),
        fields.Inner("overrides").Flag("coolOffOverride"),
        AssignmentOverrides.Read(fields));
}

internal sealed record UnassignAnswer(string RequestId, IReadOnlyList<string> UnassignedFlowInstanceIds);

/// <summary>A 200 answer with flow instances, written row by row.</summary>
internal sealed class AssignedAnswer(DateTimeZone zone, AssignedList list) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteBytesAsync(
        httpContext,
        StatusCodes.Status200OK,
        (RequestId: httpContext.TraceIdentifier, zone, list),
        static (bytes, answer) =>
        {
            AssignedWriter.WriteStart(bytes, answer.RequestId, answer.zone, answer.list);
            bytes.Write("}"u8);
        });
}

/// <summary>A 200 answer with the assigned and the refused prospects. It always has both lists.</summary>
internal sealed class AssignAnswer(DateTimeZone zone, long flowId, AssignedList assigned, IReadOnlyList<RefusedProspect> notAssigned) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteBytesAsync(
        httpContext,
        StatusCodes.Status200OK,
        (RequestId: httpContext.TraceIdentifier, zone, flowId, assigned, notAssigned),
        static (bytes, answer) =>
        {
            AssignedWriter.WriteStart(bytes, answer.RequestId, answer.zone, answer.assigned);
            bytes.Write(",\"prospectsNotAssigned\":"u8);
            using var json = Json.WriterTo(bytes);
            var items = answer.notAssigned.Select(refused => NotAssignedItem.From(answer.flowId, refused)).ToList();
            JsonSerializer.Serialize(json, items, FlowInstanceJson.Default.ListNotAssignedItem);
            json.Flush();
            bytes.Write("}"u8);
        });
}

internal sealed record NotAssignedItem(string FlowId, string CrmProspectId, string ErrorCode, string ErrorMessage)
{
    public static NotAssignedItem From(long flowId, RefusedProspect refused)
    {
        var (code, message) = refused.Reason.ToCodeAndMessage();
        return new(WireId.Write(flowId), refused.CrmId, code, message);
    }
}

/// <summary>Never instantiated. It describes for OpenAPI what <see cref="AssignedWriter"/> writes; every test checks every answer against it.</summary>
internal sealed record AssignedShape(string RequestId, IReadOnlyList<AssignedItem> ProspectsAssigned);

internal sealed record AssignShape(string RequestId, IReadOnlyList<AssignedItem> ProspectsAssigned, IReadOnlyList<NotAssignedItem> ProspectsNotAssigned);

internal sealed record AssignedItem(
    string FlowId,
    string FlowName,
    string CrmProspectId,
    string FlowInstanceId,
    string FlowInstanceOwnerEmail,
    string FlowInstanceOwnerFullName,
    string FlowInstanceCreateDate,
    string FlowInstanceStatus,
    string WorkspaceId,
    bool Exclusive);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UnassignAnswer))]
[JsonSerializable(typeof(AssignedShape))]
[JsonSerializable(typeof(AssignShape))]
[JsonSerializable(typeof(List<NotAssignedItem>))]
internal sealed partial class FlowInstanceJson : JsonSerializerContext;
