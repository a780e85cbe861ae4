using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace OrleansDiffusion.Grains;

/// <summary>Keeps replicas off the silos that say that they have no device.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnDeviceSilosAttribute() : PlacementFilterAttribute(new DeviceSilosFilter());

internal sealed class DeviceSilosFilter() : PlacementFilterStrategy(order: 0);

/// <summary>
/// A silo of which nothing is known yet has just joined, and stays. So do all of them when none has a device: then nothing
/// was granted anywhere, and what is asked about a replica can be answered by any.
/// </summary>
internal sealed class DeviceSilosDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var all = silos.ToList();
        var withDevices = all.FindAll(silo => metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(DeviceSilos.Key) != "");
        return withDevices.Count > 0 ? withDevices : all;
    }
}

internal static class DeviceSilos
{
    /// <summary>The silo's metadata entry that names its devices, with commas between: cpu0,cuda0.</summary>
    public const string Key = "diffusion.devices";

    public static void AddDeviceSilos(this ISiloBuilder silo, IEnumerable<string> deviceIds)
    {
        silo.UseSiloMetadata(new Dictionary<string, string> { [Key] = string.Join(',', deviceIds) });
        silo.Services.AddPlacementFilter<DeviceSilosFilter, DeviceSilosDirector>(ServiceLifetime.Singleton);
    }
}
