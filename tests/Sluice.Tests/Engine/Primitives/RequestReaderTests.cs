using System.Text.Json;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class RequestReaderTests
{
    [Fact]
    public void The_lenient_style_ignores_unknown_names_and_hides_all_sentences_behind_a_wrong_kind()
    {
        var reader = Read("""{"id":"x","flag":1,"unknown":1}""", ReaderStyle.Lenient);

        reader.Id("id");
        Assert.Equal(["id should be a valid Long"], reader.Faults);
        Assert.False(reader.IsBad);
        reader.Flag("flag");
        Assert.True(reader.IsBad);
    }

    [Fact]
    public void The_strict_style_tells_unknown_names_first_and_each_fault_with_its_place()
    {
        var reader = Read("""{"id":"99999999999999999999","inner":{"flag":1,"flags":1},"list":[{"other":1},2],"scalar":{"x":1}}""", ReaderStyle.Strict);

        reader.Id("id");
        reader.Inner("inner").Flag("flag");
        foreach (var item in reader.Objects("list")!)
        {
            item.OptionalText("text");
        }

        reader.OptionalText("scalar");
        Assert.False(reader.IsBad);
        Assert.Equal(
            [
                "inner: unknown field `flags`; did you mean `flag`?",
                "list[0]: unknown field `other`; known fields: text",
                "id: should be an id, which is a whole number",
                "inner.flag: should be true or false",
                "list[1]: should be an object",
                "scalar: should be a text",
            ],
            reader.Faults);
    }

    [Fact]
    public void A_strict_reader_tells_a_hundred_faults_at_most()
    {
        var fields = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"x{i}\":1"));

        Assert.Equal(100, Read($"{{{fields}}}", ReaderStyle.Strict).Faults.Count);
    }

    [Fact]
    public void Of_a_parameter_given_twice_the_first_counts_and_a_flag_is_a_text()
    {
        var reader = RequestReader.OfQuery([("a", "1"), ("a", "2"), ("flag", "True"), ("limit", "7"), ("\ud800", "\udc00\0")], ReaderStyle.Lenient);

        Assert.Equal((1L, true, 7, null), (reader.Id("a"), reader.Flag("flag"), reader.Integer("limit", 20, 1, 100), reader.OptionalText("A")));
        reader.RequiredText("b");
        reader.Email("c");
        Assert.Equal(["b parameter is missing", "c parameter is missing"], reader.Faults);
    }

    [Fact]
    public void A_choice_of_one_is_told_as_that_one()
    {
        var (one, more) = (Read("""{"a":"x","b":["x"]}""", ReaderStyle.Lenient), Read("""{"a":"x","b":["x"]}""", ReaderStyle.Strict));
        foreach (var reader in (RequestReader[])[one, more])
        {
            reader.Word("a", ["CALL"]);
            reader.Words("b", ["CALL"]);
        }

        Assert.Equal(["a should be CALL", "b should be CALL"], one.Faults);
        Assert.Equal(["a: should be CALL, not x", "b: should be CALL"], more.Faults);
    }

    private static RequestReader Read(string json, ReaderStyle style) => new(JsonElement.Parse(json), style);
}
