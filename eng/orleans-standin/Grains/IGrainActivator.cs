namespace Orleans.Runtime;

/// <summary>Makes and unmakes the instances of grain classes.</summary>
public interface IGrainActivator
{
    object CreateInstance(IGrainContext context);

    ValueTask DisposeInstance(IGrainContext context, object instance);
}
