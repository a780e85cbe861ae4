using System.Net;
using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Access;

/// <summary>A page that points its own name at 127.0.0.1 must not act as the machine's owner.</summary>
public sealed class HostGuardTests
{
    [Theory]
    [InlineData("localhost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:80", HttpStatusCode.OK)]
    [InlineData("od.localhost", HttpStatusCode.OK)]
    [InlineData("studio.example", HttpStatusCode.OK)]
    [InlineData("public.example", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("192.168.1.5", HttpStatusCode.Forbidden)]
    public async Task A_keyless_server_answers_to_its_own_names_only(string host, HttpStatusCode status)
    {
        await using var api = await ApiHost.StartAsync(options =>
        {
            options.AllowedHosts.Add("studio.example");
            options.PublicUrl = new Uri("https://public.example/pictures");
        });

        Assert.Equal(status, (await api.GetAsync("/v1/models", ("Host", host))).Status);
    }

    [Fact]
    public async Task A_server_with_keys_answers_to_every_name()
    {
        await using var api = await ApiHost.StartAsync(options => options.RequireApiKey = true);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/healthz", ("Host", "evil.example"))).Status);
    }
}
