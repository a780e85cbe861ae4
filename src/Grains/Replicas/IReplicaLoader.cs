using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Puts models onto this silo's devices: the only door from the grains to them.</summary>
public interface IReplicaLoader
{
    /// <summary>Loads every component, in the order they are needed. Nothing is drawn yet: the replica warms itself up.</summary>
    /// <param name="model">What to load.</param>
    /// <param name="deviceId">Onto which device of this silo. Loads of one device wait for each other.</param>
    /// <param name="progress">Told of every phase; may be called on any thread.</param>
    /// <param name="cancellation">The replica is not wanted any more.</param>
    /// <exception cref="InferenceException">The files or the device refuse; the message is for the operator.</exception>
    Task<IReplicaRuntime> Load(ModelEntry model, string deviceId, IProgress<LoadProgress> progress, CancellationToken cancellation);
}

/// <summary>Where a load stands.</summary>
/// <param name="Phase">Fetching or Loading.</param>
/// <param name="Name">Of the part, for the ledger: fetch, tokenizer, text_encoder, unet, vae_decoder...</param>
/// <param name="Fraction">0..1 of the whole load, warm-up excluded.</param>
/// <param name="Weights">What has come from where; null where nothing is fetched. Bytes that come are a load that moves.</param>
public sealed record LoadProgress(ReplicaPhase Phase, string Name, double Fraction, LoadedWeights? Weights = null);
