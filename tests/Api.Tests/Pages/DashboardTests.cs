using System.Net;
using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Pages;

public sealed class DashboardTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("od-pages-");

    public DashboardTests()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "index.html"), "<!doctype html>");
        File.WriteAllText(Path.Combine(_folder.FullName, "app.js"), "export {};");
        File.WriteAllText(Path.Combine(_folder.FullName, "style.css"), "body {}");
        File.WriteAllText(Path.Combine(_folder.FullName, "icon.svg"), "<svg/>");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/index.html", "text/html")]
    [InlineData("/app.js", "text/javascript")]
    [InlineData("/style.css", "text/css")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Pages_are_served_with_their_type_and_a_strict_policy(string path, string contentType)
    {
        await using var api = await StartAsync();

        var answer = await api.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, contentType, "no-cache", "nosniff"),
            (answer.Status, answer.ContentType, answer.Header("Cache-Control"), answer.Header("X-Content-Type-Options")));
        Assert.StartsWith("default-src 'self'; img-src 'self' data: blob:; object-src 'none';", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("http", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_did_not_change_is_not_sent_again()
    {
        await using var api = await StartAsync();
        var first = await api.GetAsync("/app.js");

        var second = await api.GetAsync("/app.js", ("If-None-Match", first.Header("ETag")!));

        Assert.Equal(HttpStatusCode.NotModified, second.Status);
    }

    [Fact]
    public async Task Pages_are_open_where_their_calls_need_a_key()
    {
        await using var api = await StartAsync(options => options.RequireApiKey = true);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/v1/jobs")).Status);
    }

    [Theory]
    [InlineData("/missing.js")]
    [InlineData("/..%2fsecret")]
    public async Task What_is_no_page_is_a_problem(string path)
    {
        await using var api = await StartAsync();

        var answer = await api.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.ContentType));
    }

    [Fact]
    public async Task A_gateway_without_pages_is_a_gateway_still()
    {
        await using var api = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/healthz")).Status);
    }

    private Task<ApiHost> StartAsync(Action<DiffusionApiOptions>? configure = null) =>
        ApiHost.StartAsync(configure, new ApiParts { DashboardFolder = _folder.FullName });
}
