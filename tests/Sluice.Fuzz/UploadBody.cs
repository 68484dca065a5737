using System.Text;
using System.Text.Json;

namespace Sluice.Fuzz;

/// <summary>Bodies of uploads: multipart forms, most of them odd.</summary>
internal static class UploadBody
{
    private const string Disposition = "Content-Disposition: form-data; name=\"dataFile\"; filename=\"x.json\"\r\n\r\n";

    public static (string? ContentType, byte[] Body) Make(Scene scene)
    {
        var random = scene.Random;
        var boundary = Boundary(random);
        byte[] lines = [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => Line(scene)), .. random.Next(4) == 0 ? Line(scene)[..^1] : []];
        var head = Head(random);
        var marks = random.Next(20) == 0 ? Encoding.Latin1.GetBytes("--other") : Encoding.Latin1.GetBytes($"--{boundary}");
        byte[] part = [.. marks, .. "\r\n"u8, .. Encoding.UTF8.GetBytes(head), .. lines, .. "\r\n"u8];
        byte[] end = [.. marks, .. "--\r\n"u8];
        byte[] body = random.Next(14) switch
        {
            0 => part,
            1 => [.. part, .. part, .. end],
            2 => [.. "preamble\r\n"u8, .. part, .. end],
            3 => [.. marks, .. "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"u8, .. part, .. end],
            4 => lines,
            5 => [],
            6 => [.. part, .. end, .. lines],
            7 => [.. part[..random.Next(part.Length)]],
            _ => [.. part, .. end],
        };
        return (ContentType(boundary, random), body);
    }

    private static string Boundary(Random random) => random.Next(12) switch
    {
        0 => new string('b', 70),
        1 => new string('b', 71),
        2 => new string('b', 4089),
        3 => new string('b', 4097),
        4 => "b b",
        5 => "-",
        6 => "b'()+_,-./:=?",
        _ => "b",
    };

    private static string? ContentType(string boundary, Random random) => random.Next(24) switch
    {
        0 => null,
        1 => "multipart/form-data",
        2 => "multipart/form-data; boundary=",
        3 => "multipart/form-data; boundary=\"\"",
        4 => $"multipart/form-data; boundary=\"{boundary}",
        5 => "multipart/form-data; boundary=b; boundary=c",
        6 => "multipart/form-data; boundary=\"b\\\"\"",
        7 => "multipart/form-data;;;=",
        8 => "multipart/mixed; boundary=b",
        9 => "application/json",
        10 => $"MULTIPART/FORM-DATA; BOUNDARY=\"{boundary}\"",
        11 => "multipart/form-dataX; boundary=b",
        _ => $"multipart/form-data; boundary=\"{boundary}\"",
    };

    private static string Head(Random random) => random.Next(24) switch
    {
        0 => "Content-Disposition: form-data; name=\"other\"\r\n\r\n",
        1 => "Content-Disposition: form-data\r\n\r\n",
        2 => "\r\n",
        3 => "Content-Disposition: form-data; name=dataFile\r\n\r\n",
        4 => $"X: {new string('x', 20_000)}\r\n{Disposition}",
        5 => string.Concat(Enumerable.Repeat("X: y\r\n", 100)) + Disposition,
        6 => "Content-Disposition\r\n\r\n",
        7 => "Content-Disposition: form-data; name=\"dataFile\"; filename*=UTF-8''%ff\r\n\r\n",
        8 => "Content-Disposition: attachment; name=\"dataFile\"\r\n\r\n",
        9 => ": x\r\n\r\n",
        10 => "Content-Disposition: form-data; name=\"dataFile\r\n\r\n",
        11 => "Content-Transfer-Encoding: base64\r\n" + Disposition,
        _ => Disposition,
    };

    private static byte[] Line(Scene scene)
    {
        var id = JsonEncodedText.Encode(scene.Random.Next(3) == 0 ? scene.Pick("prospect") : scene.Number());
        var line = $$"""{"objectId":"{{id}}","modifiedDate":"2026-11-0{{scene.Random.Next(1, 9)}}T09:30Z","isDeleted":{{(scene.Random.Next(6) == 0 ? "true" : "false")}},"emailAddress":"e{{id}}@example.com","firstName":"A","lastName":"B","title":"t","phoneNumber":"1","accountId":"x","own":[1]}""";
        return [.. scene.Random.Next(3) > 0 ? JsonMutation.Of(line, scene.Random) : Encoding.UTF8.GetBytes(line), (byte)'\n'];
    }
}
