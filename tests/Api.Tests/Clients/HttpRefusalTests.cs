using System.Net;
using System.Text;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Clients;

/// <summary>What stands between a client and the gateway says no in words of its own.</summary>
public sealed class HttpRefusalTests
{
    [Theory]
    [InlineData(HttpStatusCode.BadGateway, ErrorCode.NotReady)]
    [InlineData(HttpStatusCode.ServiceUnavailable, ErrorCode.NotReady)]
    [InlineData(HttpStatusCode.GatewayTimeout, ErrorCode.Timeout)]
    [InlineData(HttpStatusCode.Unauthorized, ErrorCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden, ErrorCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound, ErrorCode.NotFound)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, ErrorCode.BodyTooLarge)]
    [InlineData(HttpStatusCode.TooManyRequests, ErrorCode.QuotaExceeded)]
    [InlineData(HttpStatusCode.BadRequest, ErrorCode.InvalidRequest)]
    [InlineData(HttpStatusCode.InternalServerError, ErrorCode.Internal)]
    public async Task A_status_without_a_problem_document_is_understood(HttpStatusCode status, ErrorCode code)
    {
        var thrown = await Refused(status, "<html>no</html>", "text/html");

        Assert.Equal(code, thrown.Refusal.Code);
        Assert.Contains("<html>no</html>", thrown.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_page_is_not_quoted_in_full() =>
        Assert.True((await Refused(HttpStatusCode.BadGateway, new string('x', 5000), "text/html")).Refusal.Message.Length < 300);

    [Fact]
    public async Task A_broken_problem_document_is_quoted() =>
        Assert.Contains("{oops", (await Refused(HttpStatusCode.BadGateway, "{oops", "application/problem+json")).Refusal.Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_answer_in_another_language_is_said_so()
    {
        var thrown = await Refused(HttpStatusCode.OK, "<html>", "text/html");

        Assert.Equal(ErrorCode.Internal, thrown.Refusal.Code);
        Assert.StartsWith("http://od.test/ answered with something else than this client knows: ", thrown.Refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<DiffusionException> Refused(HttpStatusCode status, string body, string contentType)
    {
        using var http = new HttpClient(new OneAnswer(status, body, contentType)) { BaseAddress = new Uri("http://od.test/") };
        return await Assert.ThrowsAsync<DiffusionException>(() => new HttpDiffusionClient(http).ListModelsAsync(TestContext.Current.CancellationToken));
    }

    private sealed class OneAnswer(HttpStatusCode status, string body, string contentType) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, contentType) });
    }
}
