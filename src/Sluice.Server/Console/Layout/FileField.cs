using System.Text;

namespace Sluice.Server.Console.Layout;

/// <summary>The field of a form for a long text: a file to choose, or a place to paste it into. It works without scripts.</summary>
internal static class FileField
{
    private const string Chosen = "file";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="name">Of the field that holds what is pasted.</param>
    /// <param name="label">Of that field.</param>
    /// <param name="types">Which files the browser offers.</param>
    /// <param name="place">How the text begins.</param>
    /// <param name="typed">What was pasted before: nothing typed is lost.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static Html Of(string name, string label, string types, string place, string? typed, Html? fault = null) => $"""
        <p class="field"><label for="{Chosen}">Choose a file</label><input id="{Chosen}" name="{Chosen}" type="file" accept="{types}"></p>
        <label class="block" for="{name}">{label}</label>
        <textarea id="{name}" name="{name}" placeholder="{place}">{"\n"}{typed}</textarea>{fault}
        """;

    /// <summary>Reads the file that was chosen, or if none was, what was pasted.</summary>
    /// <returns>Null: the file is no text in UTF-8. Reading it anyway would change letters in names.</returns>
    public static async Task<string?> ReadAsync(Visit visit, string name)
    {
        if (visit.Http.Request.Form.Files.GetFile(Chosen) is not { Length: > 0 } file)
        {
            return visit.Text(name);
        }

        try
        {
            using var reader = new StreamReader(file.OpenReadStream(), StrictUtf8);
            return await reader.ReadToEndAsync(visit.Ct);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
