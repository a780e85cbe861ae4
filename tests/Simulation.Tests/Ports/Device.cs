using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>One device of one machine's process: a lane on which calls run one after the other, and what is in its memory.</summary>
internal sealed class Device(string siloName, LocalDevice description, TimeProvider time, Weather weather, Witness witness)
{
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly List<Loaded> _loaded = [];
    private bool _isBusy;

    public string Name => $"{siloName}/{description.DeviceId}";

    public long MemoryBytes => description.MemoryBytes;

    /// <summary>What lies in its memory, or is on the way there.</summary>
    public IReadOnlyList<Loaded> InMemory => _loaded;

    public Loaded Reserve(ModelEntry model)
    {
        var loaded = new Loaded(model.Name, model.MemoryBytes);
        _loaded.Add(loaded);
        witness.MemoryChanged(this);
        return loaded;
    }

    public void Free(Loaded loaded) => _loaded.Remove(loaded);

    /// <summary>Runs on the lane, takes its time, and sometimes throws.</summary>
    public async Task Run(string what, TimeSpan takes)
    {
        await Enter();
        try
        {
            await Task.Delay(takes, time);
            if (!weather.DeviceFails()) return;
            witness.Note($"{Name} fails at {what}");
            witness.Tally.Count("device failures");
            throw new InferenceException($"{Name} does not feel well.");
        }
        finally
        {
            Leave();
        }
    }

    private async Task Enter()
    {
        if (_isBusy)
        {
            var turn = new TaskCompletionSource();
            _waiting.Enqueue(turn);
            await turn.Task;
        }

        _isBusy = true;
    }

    /// <summary>The next one is let in at once: the lane stays busy.</summary>
    private void Leave()
    {
        if (_waiting.TryDequeue(out var next)) next.SetResult();
        else _isBusy = false;
    }

    internal sealed record Loaded(string Model, long MemoryBytes);
}
