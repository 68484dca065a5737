using System.Text.Json.Nodes;
using Sluice.Cli.Calls;

namespace Sluice.Tests.Cli;

/// <summary>What a person sees of an answer: no line is wider than the terminal, and no id or address is cut.</summary>
public sealed class CallTableTests
{
    private const string User = """
        {"id":"11053486224231698#","emailAddress":"daniel.okafor#@larkspur.example","created":"2018-10-15T10:00:00-07:00","active":true,"emailAliases":[],
         "firstName":"Daniel","lastName":"Okafor","title":"Sales Development Representative, Europe and the Middle East","managerId":"110539549314124248",
         "settings":{"webConferencesRecorded":true,"preventWebConferenceRecording":false,"telephonyCallsImported":true,"gongConnectEnabled":true},
         "spokenLanguages":[{"language":"en-US","primary":true},{"language":"de-DE","primary":false}]}
        """;

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void A_list_of_users_fits_and_names_what_it_leaves_out(int width)
    {
        var lines = Written(width, [.. Enumerable.Range(1, 9).Select(i => User.Replace("#", $"{i}", StringComparison.Ordinal))]);

        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        for (var i = 1; i <= 9; i++)
        {
            Assert.Contains(lines, line => line.StartsWith($"11053486224231698{i}  daniel.okafor{i}@larkspur.example", StringComparison.Ordinal));
        }

        Assert.Contains("settings", string.Join(' ', lines.SkipWhile(line => !line.StartsWith("The terminal has no room for ", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void One_user_is_shown_field_by_field_with_the_fields_inside() => Assert.Equal(
        """
        id                                      110534862242316981
        emailAddress                            daniel.okafor1@larkspur.example
        created                                 2018-10-15T10:00:00-07:00
        active                                  true
        firstName                               Daniel
        lastName                                Okafor
        title                                   Sales Development Representative, Europe
                                                and the Middle East
        managerId                               110539549314124248
        settings.webConferencesRecorded         true
        settings.preventWebConferenceRecording  false
        settings.telephonyCallsImported         true
        settings.gongConnectEnabled             true
        spokenLanguages                         language=en-US primary=true;
                                                language=de-DE primary=false


        """.ReplaceLineEndings("\n").Split('\n'),
        Written(80, User.Replace("#", "1", StringComparison.Ordinal)));

    [Fact]
    public void Long_texts_inside_are_shown_below_in_the_same_way() => Assert.Equal(
        """
        id    1
        name  SDR Flow

        steps (2)
          id      2
          action  CALL
          body    Introduce yourself and
                  ask who looks after
                  picking there, today or
                  on any other day.

          id      3
          action  SEND_EMAIL
          body    <p>Hello</p> <p>Good bye,
                  and thank you.</p>


        """.ReplaceLineEndings("\n").Split('\n'),
        Written(35, """{"id":"1","name":"SDR Flow","steps":[{"id":"2","action":"CALL","body":"Introduce yourself and ask who looks after picking there, today or on any other day."},{"id":"3","action":"SEND_EMAIL","body":"<p>Hello</p>\r\n<p>Good bye, and thank you.</p>"}]}"""));

    [Fact]
    public async Task The_list_of_operations_is_there_for_scripts_too()
    {
        var list = JsonNode.Parse((await CommandLine.RunAsync("call", "--json")).Output)!.AsArray();

        Assert.Contains(list, one => one!.ToJsonString() == """{"name":"list-users","operationId":"listUsers","method":"GET","path":"/v2/users","summary":"List users"}""");
        Assert.Equal(list.Count, (await CommandLine.RunAsync("call")).Output.Count(letter => letter == '\n'));
    }

    [Fact, Slow]
    public async Task The_terminals_width_is_used_and_a_pipe_gets_everything()
    {
        Assert.SkipUnless(Terminal.Exists, "The test needs the program script, which gives a command a terminal");
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral", "--limits", "off");
        var command = $"{Terminal.Sluice} call list-users --base-url {server.Client.BaseAddress}";
        foreach (var width in (int[])[80, 120, 200])
        {
            var seen = await Terminal.RunAsync($"{command} 2>/dev/null", width);
            Assert.Contains("daniel.okafor@larkspur.example", seen, StringComparison.Ordinal);
            Assert.All(seen.Split('\n').Where(line => !line.Contains("--cursor ", StringComparison.Ordinal)), line => Assert.True(line.Length <= width, line)); // A cursor is never cut.
        }

        Assert.StartsWith("{\"requestId\":", await Terminal.ShellAsync($"{command} | cat"), StringComparison.Ordinal);
    }

    private static string[] Written(int width, params string[] objects)
    {
        var text = new StringWriter { NewLine = "\n" };
        CallTable.Write([.. objects.Select(one => JsonNode.Parse(one)!.AsObject())], text, width);
        return text.ToString().Split('\n');
    }
}
