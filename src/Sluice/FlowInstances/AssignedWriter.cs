using System.Buffers.Text;
using System.Text.Json;
using NodaTime;
using Sluice.Http;

namespace Sluice.FlowInstances;

/// <summary>
/// Writes flow instances as the wire shows them [seed], straight from rows: an object a row and a serializer were measured
/// at a quarter of the rate.
/// </summary>
internal static class AssignedWriter
{
    private static readonly JsonEncodedText RequestId = JsonEncodedText.Encode("requestId");
    private static readonly JsonEncodedText ProspectsAssigned = JsonEncodedText.Encode("prospectsAssigned");
    private static readonly JsonEncodedText FlowId = JsonEncodedText.Encode("flowId");
    private static readonly JsonEncodedText FlowName = JsonEncodedText.Encode("flowName");
    private static readonly JsonEncodedText CrmProspectId = JsonEncodedText.Encode("crmProspectId");
    private static readonly JsonEncodedText FlowInstanceId = JsonEncodedText.Encode("flowInstanceId");
    private static readonly JsonEncodedText OwnerEmail = JsonEncodedText.Encode("flowInstanceOwnerEmail");
    private static readonly JsonEncodedText OwnerFullName = JsonEncodedText.Encode("flowInstanceOwnerFullName");
    private static readonly JsonEncodedText CreateDate = JsonEncodedText.Encode("flowInstanceCreateDate");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("flowInstanceStatus");
    private static readonly JsonEncodedText WorkspaceId = JsonEncodedText.Encode("workspaceId");
    private static readonly JsonEncodedText Exclusive = JsonEncodedText.Encode("exclusive");

    private static readonly JsonEncodedText[] Statuses = [.. Enum.GetNames<FlowInstanceStatus>().Select(name => JsonEncodedText.Encode(name))];

    /// <summary>The fields every answer with flow instances begins with; the object is left open.</summary>
    public static void Begin(Utf8JsonWriter json, string requestId, DateTimeZone zone, List<NamedInstance> instances)
    {
        json.WriteStartObject();
        json.WriteString(RequestId, requestId);
        json.WriteStartArray(ProspectsAssigned);
        foreach (ref readonly var one in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(instances))
        {
            Write(json, in one, zone);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in NamedInstance one, DateTimeZone zone)
    {
        var instance = one.Instance;
        json.WriteStartObject();
        WriteId(json, FlowId, instance.FlowId);
        json.WriteString(FlowName, one.Flow.Name);
        json.WriteString(CrmProspectId, instance.CrmProspectId);
        WriteId(json, FlowInstanceId, instance.Id);
        json.WriteString(OwnerEmail, one.Owner.Email);
        json.WriteString(OwnerFullName, one.Owner.FullName);
        WriteTime(json, instance.CreatedAt, zone);
        json.WriteString(Status, Statuses[(int)instance.Status]);
        json.WriteString(WorkspaceId, one.Flow.WorkspaceId);
        json.WriteBoolean(Exclusive, one.Flow.Exclusive);
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, JsonEncodedText name, long id)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(id, digits, out var length);
        json.WriteString(name, digits[..length]);
    }

    private static void WriteTime(Utf8JsonWriter json, long milliseconds, DateTimeZone zone)
    {
        Span<byte> text = stackalloc byte[WireTime.MaxLength];
        json.WriteString(CreateDate, text[..WireTime.Write(milliseconds, zone, text)]);
    }
}
