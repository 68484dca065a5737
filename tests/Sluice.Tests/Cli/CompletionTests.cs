using System.Diagnostics;

namespace Sluice.Tests.Cli;

/// <summary>What shells and manuals get from the program.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("sluice clo", "clock")]
    [InlineData("sluice clock ", "advance")]
    [InlineData("sluice serve --tls", "--tls-cert")]
    [InlineData("sluice call list-us", "list-users")]
    [InlineData("sluice completion ", "fish")]
    public async Task The_program_says_what_may_come_next(string line, string word)
    {
        var reply = await CommandLine.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal((0, ""), (reply.Code, reply.Error));
        Assert.Contains(word, reply.Output.Split('\n'));
    }

    [Fact]
    public async Task The_script_for_bash_completes_a_word()
    {
        var script = (await CommandLine.RunAsync("completion", "bash")).Output;
        var use = """

            sluice() { [[ $1 == "[suggest:10]" && $2 == "sluice clo" ]] && printf 'clock\ncompletion\n'; }
            COMP_LINE="sluice clock" COMP_POINT=10 COMP_WORDS=(sluice clo) COMP_CWORD=1
            _sluice
            echo "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script + use]) { RedirectStandardOutput = true })!;

        Assert.Equal("clock\n", await bash.StandardOutput.ReadToEndAsync());
    }

    [Theory]
    [InlineData("zsh", "compdef _sluice sluice")]
    [InlineData("fish", "complete -c sluice")]
    public async Task There_are_scripts_for_other_shells(string shell, string line) =>
        Assert.Contains(line, (await CommandLine.RunAsync("completion", shell)).Output, StringComparison.Ordinal);

    [Fact]
    public async Task The_manual_page_has_every_command_with_its_options()
    {
        var page = (await CommandLine.RunAsync("man")).Output;

        Assert.StartsWith(".TH SLUICE 1\n", page, StringComparison.Ordinal);
        Assert.Contains(".SS sluice clock advance <", page, StringComparison.Ordinal);
        Assert.Contains("\\-\\-tls\\-cert <", page, StringComparison.Ordinal);
        Assert.Contains("sluice explain 1234361284629356", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Split('\n'), line => line.StartsWith('\''));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Health_says_whether_a_server_is_ready(Database database)
    {
        string address;
        await using (var app = await TestApp.StartAsync(database, overKestrel: true))
        {
            address = app.Address.ToString();
            Assert.Equal((0, "Ready.\n"), (await CommandLine.RunAsync("health", "--base-url", address)) is var ready ? (ready.Code, ready.Output) : default);
        }

        Assert.Equal(1, (await CommandLine.RunAsync("health", "--base-url", address)).Code);
    }
}
