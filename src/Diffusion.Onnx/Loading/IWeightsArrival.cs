namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// Says when the files of a folder that is still being filled are there. Every file must stand at its full length from the
/// beginning (sparse where its bytes are missing) and be filled in place: it is mapped before its bytes are there, and
/// what is never there must fail the task, not complete it.
/// </summary>
public interface IWeightsArrival
{
    /// <summary>Completes when every byte of the file is there and checked; fails when it will not come.</summary>
    /// <param name="relativePath">Within the folder, with forward slashes: unet/weights.bin.</param>
    /// <param name="cancellation">Whoever waits does not want it any more. The file may go on arriving.</param>
    Task WhenArrived(string relativePath, CancellationToken cancellation);
}

/// <summary>A folder that is complete.</summary>
public sealed class EverythingIsHere : IWeightsArrival
{
    public static EverythingIsHere Instance { get; } = new();

    public Task WhenArrived(string relativePath, CancellationToken cancellation) => Task.CompletedTask;
}
