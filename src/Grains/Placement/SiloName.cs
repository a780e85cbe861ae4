using Orleans.Runtime;

namespace OrleansDiffusion.Grains;

/// <summary>What this silo is called in heartbeats, grants and records: its address with its generation, so that a silo that returns is another one.</summary>
internal sealed class SiloName(ILocalSiloDetails local)
{
    /// <summary>Known once the silo has an address, which is later than its services exist.</summary>
    public string Id => Of(local.SiloAddress);

    public string HostName => local.Name;

    public static string Of(SiloAddress address) => address.ToParsableString();

    /// <summary>The silo of a device as jobs name it, such as 10.0.0.7:11111@154325003/cuda0.</summary>
    public static string OfDevice(string device) => device[..device.LastIndexOf('/')];
}
