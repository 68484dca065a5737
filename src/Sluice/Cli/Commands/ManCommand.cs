using System.CommandLine;
using System.Text;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice man</c>: the manual page, made of the commands and their options, so that it cannot be out of date.</summary>
internal static class ManCommand
{
    public static Command Create()
    {
        var command = new Command("man", "Print the manual page, for man(1).");
        command.SetAction(given => given.InvocationConfiguration.Output.Write(Page(given.RootCommandResult.Command)));
        return command.WithExamples("sluice man | man -l -");
    }

    private static string Page(Command root)
    {
        var page = new StringBuilder(".TH SLUICE 1\n.SH NAME\nsluice \\- a self-hosted flow server\n.SH SYNOPSIS\n.B sluice\n.I command\n[options]\n");
        page.Append(".SH DESCRIPTION\n.nf\n").Append(Escape(root.Description ?? "")).Append("\n.fi\n.SH COMMANDS\n");
        foreach (var command in root.Subcommands.Where(one => !one.Hidden))
        {
            Write(page, command, "sluice");
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, Command command, string parent)
    {
        var name = $"{parent} {command.Name}";
        page.Append(".SS ").Append(Escape(string.Join(' ', [name, .. command.Arguments.Select(argument => $"<{argument.HelpName ?? argument.Name}>")]))).Append('\n');
        page.Append(Escape(command.Description ?? "")).Append('\n');
        foreach (var argument in command.Arguments.Where(one => !one.Hidden))
        {
            Write(page, $"<{argument.HelpName ?? argument.Name}>", argument.Description);
        }

        foreach (var option in command.Options.Where(one => !one.Hidden))
        {
            var value = option.ValueType == typeof(bool) ? "" : $" <{option.HelpName ?? option.Name.TrimStart('-')}>";
            Write(page, string.Join(", ", option.Aliases.Prepend(option.Name)) + value, option.Description);
        }

        if (Examples.Find(command) is { } lines)
        {
            page.Append(".PP\n.nf\n").Append(Escape(string.Join('\n', lines))).Append("\n.fi\n");
        }

        foreach (var below in command.Subcommands.Where(one => !one.Hidden))
        {
            Write(page, below, name);
        }
    }

    private static void Write(StringBuilder page, string name, string? description) => page.Append(".TP\n.B ").Append(Escape(name)).Append('\n').Append(Escape(description ?? "")).Append('\n');

    /// <summary>A dash would become a hyphen that cannot be pasted, and a point or a quote at the beginning of a line is an instruction.</summary>
    private static string Escape(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line =>
    {
        var escaped = line.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped;
    }));
}
