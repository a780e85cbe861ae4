using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client;

public static class ModelAdditionExtensions
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Fetches a model from an address and registers it. Whoever stops waiting does not stop the fetch.</summary>
    /// <param name="client">Of the cluster.</param>
    /// <param name="url">http://, https:// or s3://bucket/folder.</param>
    /// <param name="name">What to call it; null: by its address.</param>
    /// <param name="progress">Told about twice a second how far it is.</param>
    /// <param name="time">For the pauses; null for the system's.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="DiffusionException">It was not added, with every problem.</exception>
    public static async Task<AddModelAnswer> AddModelFromAsync(
        this IDiffusionClient client, string url, string? name = null, IProgress<ModelAddition>? progress = null, TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        var addition = await client.BeginAdditionAsync(url, name, cancellation);
        while (!addition.IsOver)
        {
            progress?.Report(addition);
            await Task.Delay(LookInterval, time ?? TimeProvider.System, cancellation);
            addition = (await client.ListAdditionsAsync(cancellation)).FirstOrDefault(known => known.Id == addition.Id) ?? throw Lost(addition);
        }

        progress?.Report(addition);
        return addition.Answer is { Refused: null } added ? added : throw new DiffusionException(addition.Answer!.Refused!);
    }

    private static DiffusionException Lost(ModelAddition addition) => new(new Refusal(
        ErrorCode.NotReady, $"The silo that fetched {addition.Url} is gone. Add it again: what is on its disk is not fetched twice."));
}
