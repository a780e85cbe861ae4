using System.Net;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Requests;

/// <summary>Readable bodies that ask for what cannot be, on an endpoint of each dialect.</summary>
public sealed class BadFieldTests
{
    public static TheoryData<string, string[]> NativeProblems() => new()
    {
        { """{"prompt": ""}""", ["prompt: must say what the picture shows."] },
        { """{}""", ["prompt: must say what the picture shows."] },
        { """{"prompt": 5}""", ["prompt: must be text, not a number."] },
        { """{"prompt": "x", "steps": 0}""", ["steps: must be from 1 to 150, not 0."] },
        { """{"prompt": "x", "steps": "25"}""", ["steps: must be a whole number, not text."] },
        { """{"prompt": "x", "guidance": -1}""", ["guidance: must be a number from 0 to 30, not -1; 1 or less means no guidance."] },
        { """{"prompt": "x", "seed": 4294967296}""", ["seed: must be from 0 to 4294967295, not 4294967296."] },
        { """{"prompt": "x", "count": 17}""", ["count: must be from 1 to 16, not 17."] },
        { """{"prompt": "x", "sampler": "none"}""", ["sampler: must be one of ddim, euler, lcm, not \"none\"."] },
        { """{"prompt": "x", "format": "gif"}""", ["format: must be one of png, jpeg, webp, not \"gif\"."] },
        { """{"prompt": "x", "width": 65}""", ["width: must be a multiple of 8, not 65; the nearest are 64 and 72."] },
        { """{"prompt": "x", "height": 4096}""", ["height: must be at most 128, not 4096."] },
        { """{"prompt": "x", "size": "64*64"}""", ["size: must be WIDTHxHEIGHT in pixels, such as 512x512, not \"64*64\"."] },
        { """{"prompt": "x", "size": "64x64", "width": 64}""", ["size: says the same as width and height; give one of them."] },
        { """{"prompt": "a \ud800"}""", ["prompt: is not valid Unicode text: it has half of a surrogate pair."] },
        { """{"prompt": "x", "stepz": 3}""", ["stepz: is not a known field; did you mean steps?"] },
        {
            """{"stepz": 3, "count": "2", "width": 65, "seed": -1, "foo": null}""",
            [
                "count: must be a whole number, not text.",
                "stepz: is not a known field; did you mean steps?",
                "foo: is not a known field.",
                "prompt: must say what the picture shows.",
                "width: must be a multiple of 8, not 65; the nearest are 64 and 72.",
                "seed: must be from 0 to 4294967295, not -1.",
            ]
        },
        { """{"prompt": "x", "model": "nope", "zz": 1}""", ["zz: is not a known field.", "model: \"nope\" does not exist."] },
    };

    [Theory]
    [MemberData(nameof(NativeProblems))]
    public async Task Everything_that_is_wrong_with_a_job_is_said_at_once(string json, string[] problems)
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/jobs", json);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal(problems, answer.Problems);
        Assert.Equal(string.Join(" ", problems), answer.Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("""{"prompt": "x", "stepz": 3}""", "unknown_field", "The request has a field that does not exist.")]
    [InlineData("""{"prompt": "x", "steps": 0}""", "invalid_request", "The request has fields that cannot be accepted.")]
    [InlineData("""{"stepz": 3}""", "invalid_request", "The request has fields that cannot be accepted.")]
    public async Task The_code_says_whether_only_names_are_wrong(string json, string code, string title)
    {
        await using var api = await ApiHost.StartAsync();

        var answer = (await api.PostAsync("/v1/jobs", json)).Json;

        Assert.Equal(
            (code, title, $"urn:orleansdiffusion:error:{code}", 400),
            (answer.GetProperty("code").GetString(), answer.GetProperty("title").GetString(), answer.GetProperty("type").GetString(),
                answer.GetProperty("status").GetInt32()));
    }

    public static TheoryData<string, string, string> OpenAiProblems() => new()
    {
        { """{}""", "prompt", "prompt: must say what the picture shows." },
        { """{"prompt": "x", "n": 11}""", "n", "n: must be from 1 to 10, not 11." },
        { """{"prompt": "x", "n": 0}""", "n", "n: must be from 1 to 10, not 0." },
        { """{"prompt": "x", "size": "65x64"}""", "size", "size: width must be a multiple of 8, not 65; the nearest are 64 and 72." },
        {
            """{"prompt": "x", "size": "65x66"}""", "size",
            "size: width must be a multiple of 8, not 65; the nearest are 64 and 72. size: height must be a multiple of 8, not 66; the nearest are 64 and 72."
        },
        { """{"prompt": "x", "size": "big"}""", "size", "size: must be auto or WIDTHxHEIGHT in pixels, such as 512x512, not \"big\"." },
        { """{"prompt": "x", "quality": "ultra"}""", "quality", "quality: must be one of auto, low, medium, high, standard, hd, not \"ultra\"." },
        { """{"prompt": "x", "style": "pop"}""", "style", "style: must be one of vivid, natural, not \"pop\"." },
        { """{"prompt": "x", "background": "transparent"}""", "background", "background: cannot be transparent: these models make opaque pictures." },
        { """{"prompt": "x", "moderation": "none"}""", "moderation", "moderation: must be one of auto, low, not \"none\"." },
        { """{"prompt": "x", "response_format": "file"}""", "response_format", "response_format: must be one of url, b64_json, not \"file\"." },
        { """{"prompt": "x", "output_format": "gif"}""", "output_format", "output_format: must be one of png, jpeg, webp, not \"gif\"." },
        { """{"prompt": "x", "output_compression": 101}""", "output_compression", "output_compression: must be from 0 to 100, not 101." },
        { """{"prompt": "x", "partial_images": 4}""", "partial_images", "partial_images: must be from 0 to 3, not 4." },
        { """{"prompt": "x", "stream": "yes"}""", "stream", "stream: must be true or false, not text." },
        { """{"prompt": "x", "user": 5}""", "user", "user: must be text, not a number." },
        { """{"prompt": "x", "num_inference_steps": 0}""", "num_inference_steps", "num_inference_steps: must be from 1 to 150, not 0." },
        {
            """{"prompt": "x", "guidance_scale": 99}""", "guidance_scale",
            "guidance_scale: must be a number from 0 to 30, not 99; 1 or less means no guidance."
        },
        {
            """{"prompt": "x", "steps": 3, "num_inference_steps": 4}""", "num_inference_steps",
            "num_inference_steps: means the same as steps; give one of them."
        },
        { """{"prompt": "x", "sampler": "none"}""", "sampler", "sampler: must be one of ddim, euler, lcm, not \"none\"." },
        { """{"prompt": "x", "seed": 1.5}""", "seed", "seed: must be a whole number, not 1.5." },
        {
            """{"prompt": "x", "n": 11, "zz": 1, "size": "65x64"}""", "n",
            "n: must be from 1 to 10, not 11. zz: is not a known field. size: width must be a multiple of 8, not 65; the nearest are 64 and 72."
        },
    };

    [Theory]
    [MemberData(nameof(OpenAiProblems))]
    public async Task OpenAIs_clients_get_the_same_under_their_own_names(string json, string param, string message)
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/images/generations", json);

        Assert.Equal((HttpStatusCode.BadRequest, "application/json"), (answer.Status, answer.ContentType));
        OpenAiError.Is(answer, message, "invalid_request_error", param, "invalid_value");
        Assert.Equal("false", answer.Header("x-should-retry"));
    }

    [Fact]
    public async Task An_unknown_parameter_has_OpenAIs_code()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/images/generations", """{"prompt": "x", "sizes": "64x64"}""");

        OpenAiError.Is(answer, "sizes: is not a known field; did you mean size?", "invalid_request_error", "sizes", "unknown_parameter");
    }

    [Fact]
    public async Task An_unknown_model_is_not_found_in_either_dialect()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (request, _) =>
            throw new DiffusionException(new Refusal(ErrorCode.ModelNotFound, $"The model '{request.Model}' does not exist."));

        var native = await api.PostAsync("/v1/jobs", """{"prompt": "x", "model": "gpt-image-1"}""");
        var openAi = await api.PostAsync("/v1/images/generations", """{"prompt": "x", "model": "gpt-image-1"}""");

        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (native.Status, native.Json.GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, openAi.Status);
        OpenAiError.Is(openAi, "The model 'gpt-image-1' does not exist.", "invalid_request_error", "model", "model_not_found");
    }

    [Fact]
    public async Task Nothing_is_submitted_of_a_bad_request()
    {
        await using var api = await ApiHost.StartAsync();
        var count = 0;
        api.Client.Submit = (request, _) =>
        {
            count++;
            return Sample.Accept(request);
        };

        await api.PostAsync("/v1/jobs", """{"prompt": "x", "zz": 1}""");
        await api.PostAsync("/v1/images/generations", """{"prompt": "x", "zz": 1}""");

        Assert.Equal(0, count);
    }
}
