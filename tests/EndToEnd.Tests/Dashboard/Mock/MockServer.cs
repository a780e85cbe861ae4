using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>
/// Serves the dashboard's files with the headers of the real server, and a REST API whose jobs, cluster and faults are
/// in the hands of a test.
/// </summary>
internal sealed class MockServer : IAsyncDisposable
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly WebApplication _app;

    private MockServer(WebApplication app) => _app = app;

    public MockJobs Jobs { get; } = new();

    public MockCluster Cluster { get; } = new();

    public object[] Models { get; set; } = MockModels.All;

    /// <summary>When set, every request of the API needs it as a bearer token.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Connections break without an answer.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Submissions reach the server, and their answers are lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Every page of a list but the first is refused; counted in <see cref="RefusedPageCount"/>.</summary>
    public bool RefusesLaterPages { get; set; }

    public int RefusedPageCount { get; set; }

    /// <summary>Every policy that was sent, refused ones too.</summary>
    public List<(string Model, JsonObject Policy)> PutPolicies { get; } = [];

    /// <summary>The next submission or policy is refused with this status and problem.</summary>
    public (int Status, object Problem)? NextRefusal { get; set; }

    public string Address => _app.Urls.First();

    public static async Task<MockServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var server = new MockServer(app);
        app.Use(server.GuardAsync);
        app.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(RepositoryFolders.Dashboard) });
        MockRoutes.Map(app, server);
        await app.StartAsync();
        return server;
    }

    /// <summary>Goes away: open streams end, new requests get no answer.</summary>
    public void GoDown()
    {
        IsDown = true;
        DropStreams();
    }

    public void ComeBack() => IsDown = false;

    public void DropStreams()
    {
        Jobs.Feed.DropAll();
        Cluster.Events.DropAll();
    }

    public async ValueTask DisposeAsync()
    {
        DropStreams();
        await _app.DisposeAsync();
    }

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (IsDown)
        {
            context.Abort();
            return;
        }

        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        context.Response.Headers.CacheControl = "no-cache";
        if (ApiKey is null || !context.Request.Path.StartsWithSegments("/v1") || context.Request.Headers.Authorization == $"Bearer {ApiKey}")
            await next(context);
        else
            await MockRoutes.Problem(401, "unauthorized", "An API key is needed.").ExecuteAsync(context);
    }
}
