using System.Net;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Operation;

public sealed class AdditionsTests
{
    private static readonly string UnderWay = OneLine.Of("""
        {"id":"add_0123","url":"https://models.test/emoji/","name":"emoji","state":"fetching","arrived_bytes":5000000,
        "total_bytes":12000000,"began_at":"2026-05-04T12:00:00+00:00","warnings":[]}
        """);

    [Fact]
    public async Task A_model_with_an_address_is_begun_and_can_be_watched()
    {
        await using var api = await ApiHost.StartAsync();
        (string, string?) asked = default;
        api.Client.BeginAddition = (url, name) =>
        {
            asked = (url, name);
            return Sample.Addition;
        };

        var begun = await api.PostAsync("/v1/models", """{"url": "https://models.test/emoji", "name": "emoji"}""");

        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        Assert.Equal("/v1/additions/add_0123", begun.Headers.Location?.ToString());
        Assert.Equal(UnderWay, begun.Text);
        Assert.Equal(("https://models.test/emoji", "emoji"), asked);
        Assert.Equal(UnderWay, (await api.GetAsync("/v1/additions/add_0123")).Text);
        Assert.Equal($$"""{"additions":[{{UnderWay}}]}""", (await api.GetAsync("/v1/additions")).Text);
    }

    [Fact]
    public async Task What_came_of_it_is_shown_with_every_reason()
    {
        await using var api = await ApiHost.StartAsync();
        var missing = new FieldProblem("unet/model.onnx", "The file is missing.");
        var refused = new Refusal(ErrorCode.ModelInvalid, "It is broken.") { Problems = [missing] };
        api.Client.Additions = () => [Sample.Addition with { State = AdditionState.Failed, Answer = new AddModelAnswer(null, refused, []) }];

        var shown = (await api.GetAsync("/v1/additions/add_0123")).Json;

        Assert.Equal("failed", shown.GetProperty("state").GetString());
        Assert.Equal(
            """{"code":"model_invalid","detail":"It is broken.","errors":[{"field":"unet/model.onnx","message":"The file is missing."}]}""",
            shown.GetProperty("error").GetRawText());
    }

    [Theory]
    [InlineData("""{"url": "file:///etc/passwd"}""", "url: must begin with http://, https:// or s3://, not file://.")]
    [InlineData("""{"url": "/models/mine"}""", "url: must be an address such as https://host/models/mine/ or s3://bucket/mine.")]
    [InlineData("""{"url": "https://me:secret@host/m"}""", "url: must not hold a user or a password: it is kept and shown.")]
    [InlineData("""{"folder": "https://host/m"}""", "folder: must be a folder; an address is written as url.")]
    [InlineData("""{"folder": "/models/mine", "url": "https://host/m"}""", "url: must not be there beside folder.")]
    public async Task An_address_that_cannot_be_is_refused_at_once(string body, string problem)
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/models", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([problem], answer.Problems);
    }

    [Fact]
    public async Task One_is_cancelled_by_its_id_and_an_unknown_one_is_not()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.CancelAddition = id => id == "add_0123";

        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, "/v1/additions/add_0123")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Delete, "/v1/additions/add_4567")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/v1/additions/add_4567")).Status);
    }
}
