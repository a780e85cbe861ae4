namespace Orleans.Runtime;

/// <summary>An interface that the runtime, not the grain class, adds to grains.</summary>
public interface IGrainExtension : IAddressable;
