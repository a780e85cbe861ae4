namespace OrleansDiffusion.Jobs.Tests;

public sealed class SpecRulesTests
{
    [Fact]
    public void What_a_request_leaves_open_is_the_models_choice()
    {
        var (spec, problems) = Examples.Resolve(Examples.Request);
        Assert.Empty(problems);
        Assert.Equal(
            new GenerationSpec
            {
                Model = "sd",
                ModelVersion = "v1",
                Prompt = "a red apple",
                Width = 512,
                Height = 448,
                Steps = 25,
                Guidance = 7.5,
                Seed = 42,
                Count = 1,
                Sampler = "dpmpp_2m",
                Format = "png",
                QualityPercent = 90,
            },
            spec);
    }

    [Fact]
    public void What_a_request_says_is_taken_as_it_is()
    {
        var request = new GenerationRequest
        {
            Model = "sd",
            Prompt = "ein Apfel 🍎",
            NegativePrompt = "",
            Width = 64,
            Height = 1024,
            Steps = 150,
            Guidance = 0,
            Seed = 4294967295,
            Count = 16,
            Sampler = "EULER",
            Format = "WebP",
            QualityPercent = 1,
            PreviewCount = 50,
            Priority = -10,
            DeadlineSeconds = 0.5,
        };
        Assert.Equal(
            new GenerationSpec
            {
                Model = "sd",
                ModelVersion = "v1",
                Prompt = "ein Apfel 🍎",
                NegativePrompt = "",
                Width = 64,
                Height = 1024,
                Steps = 150,
                Guidance = 0,
                Seed = 4294967295,
                Count = 16,
                Sampler = "euler",
                Format = "webp",
                QualityPercent = 1,
                PreviewCount = 50,
                Priority = -10,
                DeadlineSeconds = 0.5,
            },
            Examples.Resolve(request).Spec);
    }

    [Fact]
    public void All_problems_are_listed_at_once_under_the_names_of_the_api()
    {
        var request = new GenerationRequest
        {
            Prompt = " ",
            NegativePrompt = "\ud800",
            Width = 1,
            Height = 1,
            Steps = 0,
            Guidance = -1,
            Seed = -1,
            Count = 0,
            Sampler = "x",
            Format = "x",
            QualityPercent = 0,
            PreviewCount = -1,
            Priority = 11,
            DeadlineSeconds = double.NaN,
        };
        var (spec, problems) = Examples.Resolve(request);
        Assert.Null(spec);
        Assert.Equal(
            [
                "prompt", "negative_prompt", "width", "height", "steps", "guidance", "seed", "count", "sampler", "format", "quality",
                "previews", "priority", "deadline_seconds",
            ],
            problems.Select(problem => problem.Field));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1e-9, true)]
    [InlineData(604800, true)]
    [InlineData(604801, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void A_deadline_is_a_time_to_come_of_at_most_a_week(double seconds, bool isFine) =>
        Assert.Equal(isFine, Examples.Resolve(Examples.Request with { DeadlineSeconds = seconds }).Problems.Count == 0);

    [Theory]
    [InlineData(100, "must be a multiple of 8, not 100; the nearest are 96 and 104.")]
    [InlineData(63, "must be at least 64, not 63.")]
    [InlineData(-8, "must be at least 64, not -8.")]
    [InlineData(int.MinValue, "must be at least 64, not -2147483648.")]
    [InlineData(1032, "must be at most 1024, not 1032.")]
    [InlineData(int.MaxValue, "must be at most 1024, not 2147483647.")]
    public void A_wrong_side_is_told_what_would_be_right(int side, string message)
    {
        Assert.Equal([new FieldProblem("width", message)], Examples.Resolve(Examples.Request with { Width = side }).Problems);
        Assert.Equal([new FieldProblem("height", message)], Examples.Resolve(Examples.Request with { Height = side }).Problems);
    }

    [Fact]
    public void Bounds_that_are_no_multiples_are_moved_inwards()
    {
        var facts = Examples.Facts with { SideMultiple = 64, SideMin = 100, SideMax = 200, DefaultWidth = 128, DefaultHeight = 192 };
        Assert.Empty(Examples.Resolve(Examples.Request, facts: facts).Problems);
        var (_, problems) = Examples.Resolve(Examples.Request with { Width = 64, Height = 256 }, facts: facts);
        Assert.Equal([new("width", "must be at least 128, not 64."), new FieldProblem("height", "must be at most 192, not 256.")], problems);
    }

    [Fact]
    public void A_picture_with_too_many_pixels_is_refused_and_one_with_just_enough_is_not()
    {
        var request = Examples.Request with { Width = 512, Height = 512 };
        Assert.Empty(Examples.Resolve(request, new() { PixelCountMax = 262144 }).Problems);
        Assert.Equal(
            [new FieldProblem("width", "512x512 is 262144 pixels; a picture may have at most 262143.")],
            Examples.Resolve(request, new() { PixelCountMax = 262143 }).Problems);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-0.1)]
    [InlineData(30.5)]
    public void Guidance_must_be_a_number_within_its_limit(double guidance)
    {
        var problem = Assert.Single(Examples.Resolve(Examples.Request with { Guidance = guidance }).Problems);
        Assert.Equal("guidance", problem.Field);
        Assert.StartsWith("must be a number from 0 to 30, not ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4294967296)]
    public void A_seed_has_32_bits(long seed) =>
        Assert.Equal(
            [new FieldProblem("seed", $"must be from 0 to 4294967295, not {seed}.")],
            Examples.Resolve(Examples.Request with { Seed = seed }).Problems);

    [Fact]
    public void A_drawn_seed_is_cut_to_32_bits() =>
        Assert.Equal(1, SpecRules.Resolve(Examples.Request, Examples.Facts, "sd", "v1", new(), (1L << 32) + 1).Spec!.Seed);

    [Theory]
    [InlineData(0)]
    [InlineData(151)]
    public void Steps_have_a_limit(int steps) =>
        Assert.Equal(
            [new FieldProblem("steps", $"must be from 1 to 150, not {steps}.")],
            Examples.Resolve(Examples.Request with { Steps = steps }).Problems);

    [Fact]
    public void An_unknown_sampler_is_told_which_there_are() =>
        Assert.Equal(
            [new FieldProblem("sampler", "must be one of ddim, euler, dpmpp_2m, not \"pndm\".")],
            Examples.Resolve(Examples.Request with { Sampler = "pndm" }).Problems);

    [Fact]
    public void An_unknown_format_is_told_which_there_are_and_a_long_name_is_cut() =>
        Assert.Equal(
            [new FieldProblem("format", $"must be one of png, jpeg, webp, not \"{new string('x', 40)}...\".")],
            Examples.Resolve(Examples.Request with { Format = new string('x', 41) }).Problems);
}
