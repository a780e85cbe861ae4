namespace OrleansDiffusion.Weights;

/// <summary>Device memory that one replica needs. For admission and placement: rather too much than too little.</summary>
/// <param name="CpuWeightBytes">Weights as fp32, which is how the CPU computes.</param>
/// <param name="GpuWeightBytes">Weights as they are stored.</param>
/// <param name="WorkingBytes">Intermediate results of one picture of the model's own size with guidance (a batch of two), in fp32.</param>
public sealed record MemoryEstimate(long CpuWeightBytes, long GpuWeightBytes, long WorkingBytes)
{
    /// <summary>The library, its thread pools and small tables: measured 40-60 MB.</summary>
    private const long RuntimeBytes = 64L << 20;

    public long CpuBytes => CpuWeightBytes + WorkingBytes + RuntimeBytes;

    public long GpuBytes => GpuWeightBytes + WorkingBytes + RuntimeBytes;
}
