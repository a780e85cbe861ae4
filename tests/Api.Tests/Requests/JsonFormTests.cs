using System.Text.Json;
using OrleansDiffusion.Api.Requests;

namespace OrleansDiffusion.Api.Tests.Requests;

public sealed class JsonFormTests
{
    [Theory]
    [InlineData("25", 25)]
    [InlineData("25.0", 25)]
    [InlineData("2.5e1", 25)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("null", null)]
    public void A_whole_number_may_be_written_in_every_way_of_json(string json, int? expected)
    {
        var form = Form($$"""{"steps": {{json}}}""");

        Assert.Equal(expected, form.Integer("steps"));
        Assert.Empty(form.Finish().All);
    }

    [Theory]
    [InlineData("2147483648", "must be a whole number of at most 32 bits, not 2147483648.")]
    [InlineData("2.5", "must be a whole number, not 2.5.")]
    [InlineData("1e400", "must be a whole number, not 1e400.")]
    [InlineData("\"25\"", "must be a whole number, not text.")]
    [InlineData("true", "must be a whole number, not true or false.")]
    [InlineData("[1]", "must be a whole number, not an array.")]
    [InlineData("{}", "must be a whole number, not an object.")]
    public void What_is_no_whole_number_is_named_with_what_it_is(string json, string message)
    {
        var form = Form($$"""{"steps": {{json}}}""");

        Assert.Null(form.Integer("steps"));
        Assert.Equal([("steps", message)], Problems(form));
    }

    [Theory]
    [InlineData("7.5", 7.5)]
    [InlineData("7", 7.0)]
    [InlineData("null", null)]
    public void A_number_is_read(string json, double? expected)
    {
        var form = Form($$"""{"guidance": {{json}}}""");

        Assert.Equal(expected, form.Number("guidance"));
        Assert.Empty(form.Finish().All);
    }

    [Theory]
    [InlineData("1e400", "is too large: 1e400.")]
    [InlineData("\"7\"", "must be a number, not text.")]
    public void What_is_no_number_is_refused(string json, string message)
    {
        var form = Form($$"""{"guidance": {{json}}}""");

        Assert.Null(form.Number("guidance"));
        Assert.Equal([("guidance", message)], Problems(form));
    }

    [Fact]
    public void Text_with_half_of_a_surrogate_pair_is_refused()
    {
        var form = Form("""{"prompt": "a \ud83c apple"}""");

        Assert.Null(form.Text("prompt"));
        Assert.Equal([("prompt", "is not valid Unicode text: it has half of a surrogate pair.")], Problems(form));
    }

    [Fact]
    public void Text_with_a_null_character_is_refused()
    {
        var form = Form("""{"prompt": "a\u0000b"}""");

        Assert.Null(form.Text("prompt"));
        Assert.Equal([("prompt", "must not have the character U+0000.")], Problems(form));
    }

    [Fact]
    public void A_field_whose_name_is_no_text_is_refused()
    {
        var form = Form("""{"\ud83c": 1}""");

        Assert.Equal([("(body)", "has a field whose name is not valid Unicode text.")], Problems(form));
    }

    [Fact]
    public void A_field_that_is_there_twice_is_refused()
    {
        var form = Form("""{"seed": 1, "seed": 2}""");

        Assert.Equal(1, form.LongInteger("seed"));
        Assert.Equal([("seed", "is there twice.")], Problems(form));
    }

    [Fact]
    public void A_choice_ignores_case_and_lists_what_is_right()
    {
        var form = Form("""{"a": "PNG", "b": "gif"}""");

        Assert.Equal("png", form.Choice("a", "png", "jpeg"));
        Assert.Null(form.Choice("b", "png", "jpeg"));
        Assert.Equal([("b", "must be one of png, jpeg, not \"gif\".")], Problems(form));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", null)]
    public void A_flag_is_read(string json, bool? expected) => Assert.Equal(expected, Form($$"""{"stream": {{json}}}""").Flag("stream"));

    [Fact]
    public void A_flag_that_is_text_is_refused()
    {
        var form = Form("""{"stream": "true"}""");

        Assert.Null(form.Flag("stream"));
        Assert.Equal([("stream", "must be true or false, not text.")], Problems(form));
    }

    [Fact]
    public void Of_two_names_for_one_thing_only_one_may_be_given()
    {
        var form = Form("""{"guidance": null, "guidance_scale": 3, "cfg": 4}""");

        Assert.Equal("guidance_scale", form.NameUsed("guidance", "guidance_scale", "cfg"));
        Assert.Equal([("cfg", "means the same as guidance_scale; give one of them.")], Problems(form));
    }

    [Fact]
    public void Without_any_of_several_names_the_first_one_counts()
    {
        var form = Form("{}");

        Assert.Equal("guidance", form.NameUsed("guidance", "guidance_scale"));
        Assert.Empty(form.Finish().All);
    }

    [Fact]
    public void Every_unknown_field_is_named_with_the_known_one_that_was_probably_meant()
    {
        var form = Form("""{"promt": "x", "negativePrompt": "y", "zzz": 1, "steps": 2}""");
        form.Text("prompt");
        form.Text("negative_prompt");
        form.Integer("steps");

        var problems = form.Finish();

        Assert.True(problems.AreAllUnknownFields);
        Assert.Equal(
            [
                ("promt", "is not a known field; did you mean prompt?"),
                ("negativePrompt", "is not a known field; did you mean negative_prompt?"),
                ("zzz", "is not a known field."),
            ],
            Problems(form));
    }

    [Fact]
    public void Unknown_fields_beside_other_problems_are_not_all_that_is_wrong()
    {
        var form = Form("""{"zzz": 1, "steps": "x"}""");
        form.Integer("steps");

        Assert.False(form.Finish().AreAllUnknownFields);
    }

    [Fact]
    public void The_list_of_unknown_fields_is_bounded_and_says_how_many_are_left_out()
    {
        var fields = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"unknown{i}\": 1"));

        var problems = Form($"{{{fields}}}").Finish().All;

        Assert.Equal(33, problems.Count);
        Assert.Equal(("(body)", "has 8 more unknown fields."), (problems[32].Field, problems[32].Message));
    }

    [Fact]
    public void A_long_unknown_name_is_cut()
    {
        var form = Form($$"""{"{{new string('x', 100)}}": 1}""");

        Assert.Equal(new string('x', 64) + "...", form.Finish().All.Single().Field);
    }

    [Theory]
    [InlineData("512x768", true, 512, 768)]
    [InlineData("512X768", true, 512, 768)]
    [InlineData("512", false, 0, 0)]
    [InlineData("512x", false, 512, 0)]
    [InlineData("-1x2", false, 0, 0)]
    [InlineData("1x2x3", false, 0, 0)]
    [InlineData(" 1x2", false, 0, 0)]
    [InlineData("99999999999x2", false, 0, 0)]
    public void A_size_is_width_x_height(string text, bool isSize, int width, int height)
    {
        Assert.Equal(isSize, SizeText.TryParse(text, out var w, out var h));
        Assert.Equal((width, height), (w, h));
    }

    private static JsonForm Form(string json) => new(JsonDocument.Parse(json).RootElement);

    private static IEnumerable<(string, string)> Problems(JsonForm form) => form.Finish().All.Select(p => (p.Field, p.Message));
}
