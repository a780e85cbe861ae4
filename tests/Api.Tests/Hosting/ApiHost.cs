using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>The gateway on a free loopback port, over a fake cluster.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, ApiParts parts, LogLines log)
    {
        _app = app;
        Parts = parts;
        Log = log;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    /// <summary>One that the host adds for a browser.</summary>
    public const string HostsPage = "/page-of-the-host";

    public ApiParts Parts { get; }

    public LogLines Log { get; }

    public Uri Address => Http.BaseAddress!;

    public FakeClient Client => Parts.Client;

    public static async Task<ApiHost> StartAsync(Action<DiffusionApiOptions>? configure = null, ApiParts? parts = null)
    {
        parts ??= new ApiParts();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IDiffusionClientFactory>(parts.Clients);
        builder.Services.AddSingleton<IJobFeed>(parts.Feed);
        builder.Services.AddSingleton<IJobStore>(parts.Jobs);
        builder.Services.AddSingleton<IArtifactStore>(parts.Artifacts);
        builder.Services.AddSingleton<IKeyStore>(parts.Keys);
        if (parts.Time is { } time) builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddDiffusionApi(options =>
        {
            options.DashboardFolder = parts.DashboardFolder ?? Path.Combine(AppContext.BaseDirectory, "no-such-folder");
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.MapDiffusionApi();
        if (parts.HasHostsPage) app.MapGet(HostsPage, () => "a page").ForAdministrators();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiHost(app, parts, log);
    }

    public IServiceProvider Services => _app.Services;

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(message, TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode,
            response.Headers,
            response.Content.Headers,
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), headers);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>What a test may exchange under the gateway.</summary>
internal sealed class ApiParts
{
    public ApiParts() => Clients.Of = tenant =>
        tenant == GrainKeys.DefaultTenant ? Client : throw new InvalidOperationException($"Tenant {tenant} was not expected.");

    public FakeClient Client { get; } = new();

    public FakeClients Clients { get; } = new();

    public FakeFeed Feed { get; } = new();

    public FakeJobStore Jobs { get; } = new();

    public FakeArtifacts Artifacts { get; } = new();

    public FakeKeys Keys { get; } = new();

    public ManualTime? Time { get; init; }

    public string? DashboardFolder { get; init; }

    /// <summary>Whether the host adds a page of its own for administrators.</summary>
    public bool HasHostsPage { get; init; }
}

internal sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public string? ContentType => ContentHeaders.ContentType?.MediaType;

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(",", values) : null;

    /// <summary>"field: message" of every problem.</summary>
    public IReadOnlyList<string> Problems =>
        [.. Json.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("field")}: {e.GetProperty("message")}")];
}
