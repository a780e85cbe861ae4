using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// Runs of one session, one at a time, that a token can stop in the middle: the runtime looks at a flag between the
/// nodes of the graph. The flag is taken back afterwards, so that a cancelled run does not end the next one.
/// </summary>
internal sealed class InterruptibleRun : IDisposable
{
    private readonly string _graph;
    private readonly Task _arrival;
    private readonly RunOptions _options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <param name="graph">For messages.</param>
    /// <param name="arrival">Completes when the session's weights are all here; before that nothing runs.</param>
    public InterruptibleRun(string graph, Task arrival) => (_graph, _arrival) = (graph, arrival);

    /// <param name="run">A static function: a closure would cost an allocation per step.</param>
    /// <param name="state">What the function works on.</param>
    /// <param name="cancellation">Stops the run between two nodes.</param>
    /// <exception cref="OperationCanceledException">The token stopped it.</exception>
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    public TResult Execute<TState, TResult>(Func<RunOptions, TState, TResult> run, TState state, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_arrival.IsCompletedSuccessfully) throw new InferenceException($"{_graph}: its weights have not arrived.");
        // Leaving the using block waits for a callback that has begun: nothing sets the flag after it is reset.
        var registration = cancellation.UnsafeRegister(static options => ((RunOptions)options!).Terminate = true, _options);
        try
        {
            using (registration) return run(_options, state);
        }
        catch (Exception exception) when (OnnxErrors.IsRefusal(exception))
        {
            throw _options.Terminate
                ? new OperationCanceledException($"{_graph}: cancelled while running.", exception, cancellation)
                : OnnxErrors.Refused(_graph, exception);
        }
        finally
        {
            _options.Terminate = false;
        }
    }

    public void Dispose() => _options.Dispose();
}
