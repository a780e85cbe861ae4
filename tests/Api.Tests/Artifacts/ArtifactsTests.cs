using System.Net;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Artifacts;

public sealed class ArtifactsTests
{
    private static readonly byte[] File = [0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6];

    private static readonly string Path = $"/v1/artifacts/{Sample.ArtifactId}";

    private static readonly string ETag = $"\"{Sample.ArtifactId}\"";

    [Fact]
    public async Task A_picture_is_served_for_ever_under_its_hash()
    {
        await using var api = await StartAsync();

        var answer = await api.GetAsync(Path);

        Assert.Equal((HttpStatusCode.OK, "image/png"), (answer.Status, answer.ContentType));
        Assert.Equal(File, answer.Bytes);
        Assert.Equal(
            (ETag, "max-age=31536000, private, immutable", "bytes", "10"),
            (answer.Header("ETag"), answer.Header("Cache-Control"), answer.Header("Accept-Ranges"), answer.Header("Content-Length")));
    }

    [Fact]
    public async Task A_head_request_gets_the_headers_alone()
    {
        await using var api = await StartAsync();

        var answer = await api.SendAsync(HttpMethod.Head, Path);

        Assert.Equal((HttpStatusCode.OK, "10", ETag), (answer.Status, answer.Header("Content-Length"), answer.Header("ETag")));
        Assert.Empty(answer.Bytes);
    }

    [Theory]
    [InlineData("bytes=0-3", 0, 4, "bytes 0-3/10")]
    [InlineData("bytes=4-", 4, 10, "bytes 4-9/10")]
    [InlineData("bytes=-2", 8, 10, "bytes 8-9/10")]
    public async Task A_range_is_served_alone(string range, int from, int to, string contentRange)
    {
        await using var api = await StartAsync();

        var answer = await api.GetAsync(Path, ("Range", range));

        Assert.Equal((HttpStatusCode.PartialContent, contentRange), (answer.Status, answer.Header("Content-Range")));
        Assert.Equal(File[from..to], answer.Bytes);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused()
    {
        await using var api = await StartAsync();

        var answer = await api.GetAsync(Path, ("Range", "bytes=10-"));

        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */10"), (answer.Status, answer.Header("Content-Range")));
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        await using var api = await StartAsync();

        var same = await api.GetAsync(Path, ("If-None-Match", ETag));
        var other = await api.GetAsync(Path, ("If-None-Match", "\"other\""));

        Assert.Equal((HttpStatusCode.NotModified, ETag), (same.Status, same.Header("ETag")));
        Assert.Empty(same.Bytes);
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    public async Task A_range_of_a_changed_file_is_the_whole_file()
    {
        await using var api = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(Path, ("Range", "bytes=0-3"), ("If-Range", "\"other\""))).Status);
        Assert.Equal(HttpStatusCode.PartialContent, (await api.GetAsync(Path, ("Range", "bytes=0-3"), ("If-Range", ETag))).Status);
    }

    [Fact]
    public async Task Another_tenants_picture_does_not_exist()
    {
        await using var api = await StartAsync();
        api.Parts.Jobs.Artifact = (tenant, _) => tenant == "somebody else" ? Sample.Picture(0) : null;

        var answer = await api.GetAsync(Path);

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (answer.Status, answer.Json.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaa")]
    public async Task A_name_that_is_no_hash_never_reaches_the_store(string name)
    {
        await using var api = await StartAsync();
        api.Parts.Jobs.Artifact = (_, id) => throw new InvalidOperationException(id);

        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"/v1/artifacts/{name}")).Status);
    }

    [Fact]
    public async Task A_picture_whose_file_is_lost_does_not_exist()
    {
        await using var api = await StartAsync();
        api.Parts.Artifacts.File = _ => null;

        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(Path)).Status);
    }

    private static async Task<ApiHost> StartAsync()
    {
        var api = await ApiHost.StartAsync();
        api.Parts.Jobs.Artifact = (tenant, id) => tenant == GrainKeys.DefaultTenant && id == Sample.ArtifactId ? Sample.Picture(0) : null;
        api.Parts.Artifacts.File = id => id == Sample.ArtifactId ? new MemoryStream(File) : null;
        return api;
    }
}
