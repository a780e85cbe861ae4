namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// How far the runtime may reshape a graph for the processor that it runs on. Each gives the same numbers to the last bit
/// from a model's own folder and from its imported one; between the two they differ in the last digits, since sums are
/// taken in another order. It matters on the CPU only: other providers are always <see cref="Machine"/>.
/// </summary>
public enum GraphTuning
{
    /// <summary>Everything that the runtime can do: layouts for this processor, weights packed for its kernels. Seconds to load.</summary>
    Machine,

    /// <summary>What an imported graph is as it lies there: weights are used where they lie, and may come after the session. Slower steps.</summary>
    Portable,
}
