using System.Collections.Concurrent;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Fakes;

/// <summary>What every fake device of a test's cluster does: it draws at once, unless the test wants it otherwise.</summary>
public sealed class FakeStudio
{
    /// <summary>Called before a model is on its device; what it throws, the loader throws.</summary>
    public Func<FakeLoad, Task> BeforeLoad { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called before a job's step; what it throws, the device throws. Not for warm-up pictures.</summary>
    public Func<FakeStep, Task> BeforeStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called before a warm-up step.</summary>
    public Func<FakeStep, Task> BeforeWarmUp { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether a picture's latent breaks at a step.</summary>
    public Func<GenerationSpec, bool> IsBroken { get; set; } = _ => false;

    public ConcurrentQueue<FakeLoad> Loads { get; } = new();

    public ConcurrentQueue<FakeStep> Steps { get; } = new();

    public IEnumerable<FakeStep> StepsOf(string prompt) => Steps.Where(step => step.Prompt == prompt);
}

public sealed record FakeLoad(string SiloId, string DeviceId, string Model);

/// <param name="StepsDone">Before this step.</param>
/// <param name="BatchCount">Samples that are advanced together.</param>
public sealed record FakeStep(string SiloId, string DeviceId, string Prompt, int ImageIndex, int StepsDone, int BatchCount);
