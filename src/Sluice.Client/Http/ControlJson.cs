using System.Text.Json.Serialization;

namespace Sluice.Client;

internal sealed record ClockRequest(DateTimeOffset Set);

internal sealed record MessagesAnswer(IReadOnlyList<FlowMessage>? Messages);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(ClockRequest))]
[JsonSerializable(typeof(ClockReading))]
[JsonSerializable(typeof(MessagesAnswer))]
[JsonSerializable(typeof(InboundReport))]
[JsonSerializable(typeof(FlowInstanceState))]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ControlJson : JsonSerializerContext;
