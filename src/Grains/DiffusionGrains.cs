using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

public static class DiffusionGrains
{
    /// <summary>
    /// Everything that the grains need of a silo. The host adds the ports: <see cref="IReplicaLoader"/>,
    /// <see cref="IDeviceInventory"/>, <see cref="IModelInspector"/>, <see cref="Diffusion.IImageCodec"/>, and the stores
    /// (IJobStore, IArtifactStore, IModelStore, IUsageStore). Options are read from the sections that they name, and
    /// checked before the first request.
    /// </summary>
    /// <param name="silo">What they are added to.</param>
    /// <param name="deviceIds">The silo's devices as its <see cref="IDeviceInventory"/> will name them: without any, no replica is put here.</param>
    public static ISiloBuilder AddDiffusionGrains(this ISiloBuilder silo, IEnumerable<string> deviceIds)
    {
        silo.Services.AddDiffusionSerialization();
        silo.Services.AddDiffusionParts();
        silo.Services.AddDiffusionOptions();
        silo.Services.AddPlacementDirector<ReplicaPlacement, ReplicaPlacementDirector>();
        silo.AddDeviceSilos(deviceIds);
        silo.AddMemoryStreams(GrainKeys.StreamProvider);
        silo.AddMemoryGrainStorage("PubSubStore");
        return silo;
    }

    private static void AddDiffusionParts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPictureEncoder, PooledPictureEncoder>();
        services.AddSingleton<SiloName>();
        services.AddSingleton<Members>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, DeathNotices>();
        services.AddSingleton<Departure>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<Departure>());
        services.AddSingleton<LocalReplicas>();
        services.AddSingleton<DeviceRoom>();
        services.AddSingleton<DeviceFaults>();
        services.AddSingleton<CatalogCache>();
        services.AddSingleton<JobIntake>();
        services.AddSingleton<PictureStore>();
        services.AddSingleton<CallCounter>();
        services.AddSingleton<IIncomingGrainCallFilter>(provider => provider.GetRequiredService<CallCounter>());
        services.AddSingleton<IIncomingGrainCallFilter, StoreRefusals>();
        services.TryAddSingleton<IHeldWeights, NoHeldWeights>();
        services.AddSingleton<SiloPulse>();
        services.AddHostedService<SiloHeartbeat>();
    }

    internal static void AddDiffusionOptions(this IServiceCollection services)
    {
        services.AddChecked<JobOptions>(JobOptions.Section);
        services.AddChecked<PoolOptions>(PoolOptions.Section);
        services.AddChecked<ReplicaOptions>(ReplicaOptions.Section);
        services.AddChecked<LivenessOptions>(LivenessOptions.Section);
        services.AddChecked<RetentionOptions>(RetentionOptions.Section);
        services.AddChecked<ScalingOptions>(ScalingOptions.Section);
        services.AddChecked<TenantOptions>(TenantOptions.Section);
        services.AddChecked<WeightsOptions>(WeightsOptions.Section);
        services.AddChecked<OriginsOptions>(OriginsOptions.Section);
    }

    private static void AddChecked<TOptions>(this IServiceCollection services, string section)
        where TOptions : class =>
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
