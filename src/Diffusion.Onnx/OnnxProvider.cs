namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>Where sessions run and how much of the machine they take.</summary>
public sealed record OnnxProvider
{
    public const string CpuName = "cpu";
    public const string CudaName = "cuda";

    /// <summary><see cref="CpuName"/> or <see cref="CudaName"/>.</summary>
    public string Name { get; private init; } = CpuName;

    /// <summary>Which of several GPUs, from 0. Ignored on the CPU.</summary>
    public int DeviceId { get; private init; }

    /// <summary>
    /// Threads of one running session. 0: as many as the process may use processors. More than that only makes them
    /// wait for each other; fewer leaves room for another device or the web server.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>
    /// Upper bound of the provider's memory arena in bytes (CUDA only); 0: no bound. A second guard behind the cost
    /// model: what hits it fails in the middle of a picture.
    /// </summary>
    public long ArenaBytesMax { get; init; }

    /// <summary>
    /// Whether the CPU may stand in for a GPU that is absent. Off by default: a model that silently runs a hundred
    /// times slower is worse than one that says why it does not run.
    /// </summary>
    public bool AllowCpuFallback { get; init; }

    /// <summary>
    /// Whether graphs are reshaped for this machine: faster steps, slower loads, other last digits. <see cref="GraphTuning"/>
    /// has the trade.
    /// </summary>
    public GraphTuning Tuning { get; init; } = GraphTuning.Machine;

    public static OnnxProvider Cpu { get; } = new();

    public static OnnxProvider Cuda(int deviceId = 0) => new() { Name = CudaName, DeviceId = deviceId };

    /// <exception cref="ArgumentException">Neither cpu nor cuda, or a device number below 0.</exception>
    public static OnnxProvider Parse(string name, int deviceId = 0) => name switch
    {
        CpuName => Cpu,
        CudaName when deviceId >= 0 => Cuda(deviceId),
        CudaName => throw new ArgumentException($"A device number is 0 or more, not {deviceId}.", nameof(deviceId)),
        _ => throw new ArgumentException($"Unknown execution provider '{name}'; known: {CpuName}, {CudaName}.", nameof(name)),
    };

    /// <summary>The device's name in its silo: cpu0, cuda1...</summary>
    public string DeviceName => $"{Name}{DeviceId}";
}
