using MimeKit;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Reads fields as delivery status parts and feedback reports hold them: groups with an empty line between them, each line a name and a value.</summary>
internal static class FieldGroups
{
    private const int MaxGroups = 200;
    private const int MaxFields = 5_000;
    private const int MaxValue = 4_000; // Characters.

    /// <returns>Null: there is no part of this type. Empty: it is empty.</returns>
    public static List<Dictionary<string, string>>? Find(RawMail mail, string type, params string[] subtypes) =>
        mail.Parts.OfType<MimePart>().FirstOrDefault(part => subtypes.Any(subtype => part.ContentType.IsMimeType(type, subtype))) is { } part ? Read(PartText.Of(part)) : null;

    /// <returns>The groups; names are in lower case, and of a name that comes twice the first value counts.</returns>
    public static List<Dictionary<string, string>> Read(string text)
    {
        var (groups, current, last, fields) = (new List<Dictionary<string, string>>(), new Dictionary<string, string>(), (string?)null, 0);
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (line.Trim().Length == 0)
            {
                (current, last) = (Close(groups, current), null);
            }
            else if (line[0] is ' ' or '\t' && last is not null)
            {
                current[last] = current[last].Length < MaxValue ? $"{current[last]} {line.Trim()}" : current[last];
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && !line[..colon].Contains(' ', StringComparison.Ordinal) && fields++ < MaxFields)
            {
                last = line[..colon].ToLowerInvariant();
                last = current.TryAdd(last, line[(colon + 1)..].Trim()) ? last : null;
            }
            else
            {
                last = null;
            }
        }

        Close(groups, current);
        return groups;
    }

    public static string? Value(List<Dictionary<string, string>> groups, string name) =>
        groups.Select(group => group.GetValueOrDefault(name.ToLowerInvariant())).FirstOrDefault(value => value is not null);

    /// <summary>Reads an address of a report: after its type (<c>rfc822; ada@example.org</c>, also <c>utf-8</c>), with or without brackets and quotes.</summary>
    public static string? Address(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var text = (semicolon >= 0 ? value[(semicolon + 1)..] : value).Trim().Trim('"', '\'');
        var comment = text.IndexOf(" (", StringComparison.Ordinal);
        return EmailAddress.ReadFromHeader(DecodeUtf8Address(comment > 0 ? text[..comment] : text).Replace("mailto:", "", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Decodes <c>\x{E4}</c>, by which RFC 6533 writes addresses that are not ASCII.</summary>
    private static string DecodeUtf8Address(string text)
    {
        for (var open = text.IndexOf("\\x{", StringComparison.Ordinal); open >= 0; open = text.IndexOf("\\x{", open + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', open);
            if (end > open && int.TryParse(text.AsSpan(open + 3, end - open - 3), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code)
                && System.Text.Rune.IsValid(code))
            {
                text = text[..open] + new System.Text.Rune(code) + text[(end + 1)..];
            }
        }

        return text;
    }

    private static Dictionary<string, string> Close(List<Dictionary<string, string>> groups, Dictionary<string, string> group)
    {
        if (group.Count == 0)
        {
            return group;
        }

        if (groups.Count < MaxGroups)
        {
            groups.Add(group);
        }

        return [];
    }
}
