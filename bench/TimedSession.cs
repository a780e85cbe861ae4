using System.Diagnostics;
using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Bench;

/// <summary>Adds up the time spent inside the sessions of a pipeline, so that the rest is what the C# around them costs.</summary>
internal sealed class SessionClock
{
    private long _ticks;

    public TimeSpan Inside => Stopwatch.GetElapsedTime(0, _ticks);

    public T Time<T>(Func<T> run)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return run();
        }
        finally
        {
            _ticks += Stopwatch.GetTimestamp() - started;
        }
    }
}

/// <summary>A session under a clock.</summary>
internal sealed class TimedSession(IModelSession session, SessionClock clock) : IModelSession
{
    public IReadOnlyList<TensorSpec> Inputs => session.Inputs;

    public IReadOnlyList<TensorSpec> Outputs => session.Outputs;

    public IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputNames, CancellationToken cancellation = default) =>
        clock.Time(() => session.Run(inputs, outputNames, cancellation));

    public IModelBinding Bind(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs) =>
        new TimedBinding(session.Bind(inputs, outputs), clock);

    public void Dispose() => session.Dispose();

    private sealed class TimedBinding(IModelBinding binding, SessionClock clock) : IModelBinding
    {
        public void Run(CancellationToken cancellation = default) => clock.Time(() =>
        {
            binding.Run(cancellation);
            return true;
        });

        public void Dispose() => binding.Dispose();
    }
}
