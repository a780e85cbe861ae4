using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>Where the load of an imported model stands: its phases are unet_map, unet_create and so on, for the ledger.</summary>
internal sealed class LoadSteps(IProgress<LoadProgress> progress)
{
    private const string Fetch = "fetch";

    /// <summary>The tokenizer, and map, create and warm of each component.</summary>
    private static readonly double Count = 1 + (3 * ModelFolder.RequiredGraphs.Count);

    private int _doneCount;

    public void Tokenizer() => progress.Report(new LoadProgress(ReplicaPhase.Loading, "tokenizer", 0));

    public void Enter(string component, string phase)
    {
        if (phase != Fetch) _doneCount++;
        progress.Report(new LoadProgress(phase == Fetch ? ReplicaPhase.Fetching : ReplicaPhase.Loading, $"{component}_{phase}", _doneCount / Count));
    }
}
