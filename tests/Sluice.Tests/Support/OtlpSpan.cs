using System.Globalization;
using System.Text;

namespace Sluice.Tests.Support;

/// <summary>A span as OTLP carries it. Reads its protobuf by hand: the fields below are all that tests need.</summary>
/// <param name="Id">Trace id and span id in hexadecimal.</param>
/// <param name="Parent">Empty: the span is the root of its trace.</param>
/// <param name="Links">Ids of the linked spans.</param>
internal sealed record OtlpSpan(string Id, string Parent, string Name, Dictionary<string, string> Attributes, List<string> Links)
{
    /// <summary>Reads a request of the exporter: resources, in each scopes, in each spans.</summary>
    public static List<OtlpSpan> ReadAll(byte[] request) =>
        [.. Parts(request, 1).SelectMany(resource => Parts(resource, 2)).SelectMany(scope => Parts(scope, 2)).Select(Read)];

    private static OtlpSpan Read(byte[] span) => new(
        IdOf(span),
        Convert.ToHexStringLower(Part(span, 4)),
        Encoding.UTF8.GetString(Part(span, 5)),
        Parts(span, 9).ToDictionary(one => Encoding.UTF8.GetString(Part(one, 1)), one => TextOf(Part(one, 2))),
        [.. Parts(span, 13).Select(IdOf)]);

    private static string IdOf(byte[] spanOrLink) => Convert.ToHexStringLower([.. Part(spanOrLink, 1), .. Part(spanOrLink, 2)]);

    private static string TextOf(byte[] value) => Fields(value).Select(field => field.Number == 1 ? Encoding.UTF8.GetString(field.Bytes) : field.Varint.ToString(CultureInfo.InvariantCulture)).FirstOrDefault("");

    private static byte[] Part(byte[] message, int number) => Parts(message, number).FirstOrDefault([]);

    private static IEnumerable<byte[]> Parts(byte[] message, int number) => Fields(message).Where(field => field.Number == number).Select(field => field.Bytes);

    private static List<(int Number, byte[] Bytes, long Varint)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[], long)>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var (number, length) = ((int)(tag >> 3), (tag & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(message, ref at), 5 => 4, _ => throw new InvalidDataException() });
            fields.Add((number, message[at..(at + length)], (tag & 7) == 0 ? Varint(message, ref at) : 0));
            at += length;
        }

        return fields;
    }

    private static long Varint(byte[] message, ref int at)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (long)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }
    }
}
