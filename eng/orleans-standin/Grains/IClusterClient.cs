namespace Orleans;

/// <summary>The cluster, as seen by a host that is connected to it.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
