using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Tests.Access;

public sealed class KeyTests
{
    private const string Key = "od-0123456789abcdef";
    private const string AdminKey = "od-fedcba9876543210";

    [Theory]
    [InlineData("GET", "/v1/jobs")]
    [InlineData("POST", "/v1/jobs")]
    [InlineData("GET", "/v1/jobs/x")]
    [InlineData("DELETE", "/v1/jobs/x")]
    [InlineData("GET", "/v1/jobs/x/events")]
    [InlineData("GET", "/v1/feed")]
    [InlineData("GET", "/v1/artifacts/x")]
    [InlineData("HEAD", "/v1/artifacts/x")]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/v1/models/x")]
    [InlineData("POST", "/v1/models")]
    [InlineData("DELETE", "/v1/models/x")]
    [InlineData("GET", "/v1/cluster")]
    [InlineData("GET", "/v1/cluster/events")]
    [InlineData("POST", "/v1/images/generations")]
    public async Task Every_call_needs_a_key_where_keys_are_required(string method, string path)
    {
        await using var api = await StartAsync();
        var json = method == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;

        var none = await api.SendAsync(new HttpMethod(method), path, json);
        var wrong = await api.SendAsync(new HttpMethod(method), path, null, ("Authorization", "Bearer od-wrong"));

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (none.Status, none.Header("WWW-Authenticate")));
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (wrong.Status, wrong.Header("WWW-Authenticate")));
    }

    [Theory]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/readyz", HttpStatusCode.OK)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Probes_and_the_description_need_none(string path, HttpStatusCode status)
    {
        await using var api = await StartAsync();

        Assert.Equal(status, (await api.GetAsync(path)).Status);
    }

    [Theory]
    [InlineData("Basic", "anybody:od-fedcba9876543210", HttpStatusCode.OK)]
    [InlineData("Basic", ":od-fedcba9876543210", HttpStatusCode.OK)]
    [InlineData("Basic", "anybody:od-0123456789abcdef", HttpStatusCode.Forbidden)]
    [InlineData("Basic", "anybody:od-wrong", HttpStatusCode.Unauthorized)]
    [InlineData("Basic", "od-fedcba9876543210", HttpStatusCode.Unauthorized)]
    [InlineData("Digest", "anybody:od-fedcba9876543210", HttpStatusCode.Unauthorized)]
    public async Task A_page_of_the_host_takes_an_administrators_key_as_a_password(string scheme, string credentials, HttpStatusCode status)
    {
        await using var api = await StartAsync(new ApiParts { HasHostsPage = true });
        var header = ("Authorization", $"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}");

        var page = await api.GetAsync(ApiHost.HostsPage, header);

        Assert.Equal(status, page.Status);
        if (status == HttpStatusCode.Unauthorized) Assert.StartsWith("Basic realm=", page.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(ApiHost.HostsPage, ("Authorization", $"Bearer {AdminKey}"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/v1/models", header)).Status); // No other site may act with it.
    }

    [Fact]
    public async Task What_is_no_password_is_none()
    {
        await using var api = await StartAsync(new ApiParts { HasHostsPage = true });

        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync(ApiHost.HostsPage, ("Authorization", "Basic %%%"))).Status);
    }

    [Fact]
    public async Task A_missing_key_is_told_how_to_send_one_in_the_dialect_of_the_path()
    {
        await using var api = await StartAsync();
        const string message = "Send an API key: Authorization: Bearer od-... (the operator makes keys with `od keys add`).";

        var native = await api.GetAsync("/v1/jobs");
        var shared = await api.GetAsync("/v1/models");
        var openAi = await api.PostAsync("/v1/images/generations", "{}");

        Assert.Equal("unauthorized", native.Json.GetProperty("code").GetString());
        Assert.False(native.Json.TryGetProperty("error", out _));
        Assert.Equal("unauthorized", shared.Json.GetProperty("code").GetString());
        OpenAiError.Is(shared.Json.GetProperty("error"), message, "invalid_request_error", null, "invalid_api_key");
        OpenAiError.Is(openAi, message, "invalid_request_error", null, "invalid_api_key");
    }

    [Fact]
    public async Task The_key_decides_whose_jobs_are_seen()
    {
        await using var api = await StartAsync();
        api.Parts.Clients.Of = tenant => new FakeClient { TenantId = tenant, Get = _ => new(Sample.Queued with { Id = $"job of {tenant}" }, Sample.Waiting) };

        var answer = await api.GetAsync("/v1/jobs/x", ("Authorization", $"bearer {Key}"));

        Assert.Equal("job of studio", answer.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("GET", "/v1/cluster")]
    [InlineData("GET", "/v1/cluster/events")]
    [InlineData("POST", "/v1/models")]
    [InlineData("DELETE", "/v1/models/emoji")]
    public async Task What_concerns_everybody_needs_an_administrators_key(string method, string path)
    {
        await using var api = await StartAsync();

        var answer = await api.SendAsync(new HttpMethod(method), path, null, ("Authorization", $"Bearer {Key}"));

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, answer.Json.GetProperty("code").GetString()));
        Assert.Equal("This needs an administrator's API key.", answer.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_administrator_may()
    {
        await using var api = await StartAsync();
        api.Parts.Clients.Of = _ => new FakeClient();

        var answer = await api.GetAsync("/v1/cluster", ("Authorization", $"Bearer {AdminKey}"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task Only_administrators_see_folders()
    {
        await using var api = await StartAsync();
        api.Parts.Clients.Of = _ => new FakeClient();

        var admin = await api.GetAsync("/v1/models/emoji", ("Authorization", $"Bearer {AdminKey}"));
        var tenant = await api.GetAsync("/v1/models/emoji", ("Authorization", $"Bearer {Key}"));

        Assert.Equal("/models/emoji", admin.Json.GetProperty("folder").GetString());
        Assert.False(tenant.Json.TryGetProperty("folder", out _));
    }

    [Fact]
    public async Task Metrics_behind_a_proxy_need_an_administrators_key()
    {
        await using var api = await StartAsync();

        var none = await api.GetAsync("/metrics", ("X-Forwarded-For", "203.0.113.9"));
        var tenant = await api.GetAsync("/metrics", ("X-Forwarded-For", "203.0.113.9"), ("Authorization", $"Bearer {Key}"));
        var admin = await api.GetAsync("/metrics", ("X-Forwarded-For", "203.0.113.9"), ("Authorization", $"Bearer {AdminKey}"));

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK),
            (none.Status, tenant.Status, admin.Status));
    }

    [Fact]
    public async Task A_key_is_remembered_for_a_moment_and_forgotten_after_it()
    {
        var time = new ManualTime();
        await using var api = await StartAsync(new ApiParts { Time = time });
        api.Parts.Clients.Of = _ => new FakeClient();

        await Ask();
        await Ask();
        Assert.Equal(1, api.Parts.Keys.FindCount);

        api.Parts.Keys.Find = _ => null;
        Assert.Equal(HttpStatusCode.OK, await Ask());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask());

        async Task<HttpStatusCode> Ask() => (await api.GetAsync("/v1/models", ("Authorization", $"Bearer {Key}"))).Status;
    }

    [Fact]
    public async Task A_store_of_keys_that_cannot_answer_lets_nobody_in()
    {
        await using var api = await StartAsync();
        api.Parts.Keys.Find = _ => throw new StorageException(ErrorCode.StorageUnavailable, "gone");

        var answer = await api.GetAsync("/v1/jobs", ("Authorization", $"Bearer {Key}"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
    }

    [Fact]
    public async Task Without_required_keys_any_key_will_do()
    {
        await using var api = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/cluster", ("Authorization", "Bearer sk-anything"))).Status);
        Assert.Equal(0, api.Parts.Keys.FindCount);
    }

    private static async Task<ApiHost> StartAsync(ApiParts? parts = null)
    {
        var api = await ApiHost.StartAsync(options => options.RequireApiKey = true, parts);
        var keys = new[]
        {
            new ApiKey("key_1", HashOf(Key), "studio", false, Sample.Now),
            new ApiKey("key_2", HashOf(AdminKey), "house", true, Sample.Now),
        };
        api.Parts.Keys.Find = hash => keys.FirstOrDefault(key => key.Hash == hash);
        return api;
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
