using System.CommandLine;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary>
/// <c>sluice completion</c>: a script for a shell. It asks the program itself what may come next, by the directive <c>[suggest]</c> of the parser, so a
/// new command or option is completed without a new script.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # sluice completion bash >/etc/bash_completion.d/sluice
        _sluice() {
            local line=${COMP_LINE:0:COMP_POINT} words
            words=$(sluice "[suggest:${#line}]" "$line" 2>/dev/null) || return
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -o default -F _sluice sluice

        """;

    private const string Zsh = """
        #compdef sluice
        # sluice completion zsh >"${fpath[1]}/_sluice"
        _sluice() {
            local line="${(j: :)words[1,CURRENT]}"
            local -a found
            found=(${(f)"$(sluice "[suggest:${#line}]" "$line" 2>/dev/null)"})
            compadd -a found || _files
        }
        compdef _sluice sluice

        """;

    private const string Fish = """
        # sluice completion fish >~/.config/fish/completions/sluice.fish
        function __sluice_suggest
            set -l line (commandline -cp)
            sluice "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c sluice -a '(__sluice_suggest)'

        """;

    /// <summary>Whether a shell asks what may come next: <c>[suggest:12] "sluice clock "</c>.</summary>
    public static bool IsSuggestion(string[] args) => args is [var directive, _] && directive.StartsWith("[suggest:", StringComparison.Ordinal);

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands and options in a shell.") { shell };
        command.SetAction(given => given.InvocationConfiguration.Output.Write(given.GetRequiredValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return command.WithExamples("sluice completion bash >/etc/bash_completion.d/sluice");
    }
}
