using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Cluster;
using OrleansDiffusion.Api.Endpoints;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Api.Metrics;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Api.Pages;
using OrleansDiffusion.Api.Requests;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api;

/// <summary>The REST gateway as parts of a web host.</summary>
public static class DiffusionApi
{
    /// <summary>
    /// What the gateway needs. The host provides <see cref="IDiffusionClientFactory"/>, <see cref="IJobFeed"/>,
    /// <see cref="IJobStore"/>, <see cref="IArtifactStore"/> and <see cref="IKeyStore"/>.
    /// </summary>
    public static IServiceCollection AddDiffusionApi(this IServiceCollection services, Action<DiffusionApiOptions>? configure = null)
    {
        services.AddOptions<DiffusionApiOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new GenerationLimits());
        services.AddSingleton<JsonBody>();
        services.AddSingleton<RequestReview>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<ClusterSnapshots>();
        services.AddSingleton<ClusterWatch>();
        services.AddSingleton<ImageServices>();
        services.AddSingleton<MetricsCollector>();
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions)); // The API's description follows it.
        return services.AddApiDocument();
    }

    /// <inheritdoc cref="AddDiffusionApi(IServiceCollection, Action{DiffusionApiOptions}?)"/>
    public static IHostApplicationBuilder AddDiffusionApi(this IHostApplicationBuilder builder, Action<DiffusionApiOptions>? configure = null)
    {
        builder.Services.AddDiffusionApi(configure);
        return builder;
    }

    /// <summary>Serves probes and metrics only, to whoever can connect: for a process that is no gateway.</summary>
    public static WebApplication MapDiffusionProbes(this WebApplication app)
    {
        app.Services.GetRequiredService<MetricsCollector>();
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<ErrorEdge>();
        HealthEndpoints.Map(app);
        MetricsEndpoints.Map(app);
        return app;
    }

    /// <summary>Serves the API and the dashboard: errors and access control first, then pages, then endpoints.</summary>
    public static WebApplication MapDiffusionApi(this WebApplication app)
    {
        app.Services.GetRequiredService<MetricsCollector>(); // Counters that nobody listens to count nothing.
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<ErrorEdge>();
        app.UseMiddleware<HostGuard>();
        app.UseMiddleware<CallerGate>();
        app.UseStaticDashboard();
        JobsEndpoints.Map(app);
        JobEventsEndpoints.Map(app);
        FeedEndpoints.Map(app);
        ArtifactsEndpoints.Map(app);
        ModelsEndpoints.Map(app);
        AdditionsEndpoints.Map(app);
        ClusterEndpoints.Map(app);
        OpenAiImagesEndpoints.Map(app);
        HealthEndpoints.Map(app);
        MetricsEndpoints.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json").AllowedTo(Role.Anybody);
        return app;
    }
}
