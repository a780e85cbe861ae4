namespace OrleansDiffusion.Diffusion;

/// <summary>
/// The one way onto a device. Everything that touches it runs here, one item at a time, in the order it was given;
/// grains await it and never block a turn.
/// </summary>
public interface IDeviceLane
{
    /// <summary>The device's name in its silo: cpu0, cuda0...</summary>
    string Name { get; }

    /// <summary>Whether work is running right now.</summary>
    bool IsBusy { get; }

    /// <summary>Runs <paramref name="work"/> on the device after what was queued before it.</summary>
    /// <param name="work">Blocking device work. Its token ends with <paramref name="cancellation"/> or with the lane.</param>
    /// <param name="cancellation">Before the work has started: it never starts. Later: up to the work.</param>
    /// <returns>What the work returns or throws. Cancelled, if the lane ended first.</returns>
    /// <exception cref="InvalidOperationException">More work is waiting than the lane holds (its task fails).</exception>
    /// <exception cref="ObjectDisposedException">The lane has ended (its task fails).</exception>
    Task<T> Run<T>(Func<CancellationToken, T> work, CancellationToken cancellation = default);
}
