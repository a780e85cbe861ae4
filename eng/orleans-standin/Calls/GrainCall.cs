using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>One call from its start to its answer. The caller's half lives here; the callee's half is <see cref="GrainRequest"/>.</summary>
internal abstract class GrainCall : IInvokable
{
    private readonly object?[] arguments;
    private ITimer? timeout;
    private CancellationTokenRegistration cancellation;
    private int completed;
    private GrainRequest? request;

    protected GrainCall(MethodPlan plan, object?[] arguments, GrainReference target)
    {
        Plan = plan;
        Target = target;
        Sender = RuntimeContext.Current;
        Origin = target.Origin;
        this.arguments = arguments;
    }

    public MethodPlan Plan { get; }

    public GrainReference Target { get; }

    /// <summary>The activation that calls; null: a client or a silo's own code.</summary>
    public Activation? Sender { get; }

    public Node Origin { get; }

    public object?[] Arguments => arguments;

    public bool IsCompleted => Volatile.Read(ref completed) != 0;

    public bool IsCancellable => Plan.TokenIndex >= 0;

    public void Start()
    {
        Origin.ThrowIfStopped();
        GetCancellationToken().ThrowIfCancellationRequested();
        if (Origin.OutgoingFilters.Length == 0)
        {
            Send();
        }
        else
        {
            OutgoingCall.Run(this, Origin.OutgoingFilters);
        }
    }

    /// <summary>The call that really leaves when filters stand before it; its result is the filters' to change.</summary>
    public Task<object?> SendBehindFilters()
    {
        var inner = new GrainCall<object?>(Plan, arguments, Target);
        inner.Send();
        return inner.Task;
    }

    public void Send()
    {
        Plan.CopyArguments(arguments, Origin.Copier);
        request = new GrainRequest(this, arguments, RequestContext.Export(Origin.Copier));
        if (Plan.IsOneWay)
        {
            Succeed(null);
        }
        else
        {
            WatchTime();
            WatchToken();
        }

        Origin.Cluster.Directory.Route(request);
    }

    /// <summary>The answer arrives; a second one changes nothing.</summary>
    public void Arrive(object? result, Exception? failure)
    {
        if (failure is null)
        {
            Succeed(result);
        }
        else
        {
            Fail(failure);
        }
    }

    public void Fail(Exception failure)
    {
        if (TryComplete())
        {
            SetFailure(failure);
        }
    }

    public void SetTarget(ITargetHolder holder)
    {
    }

    public object? GetTarget() => Target;

    public ValueTask<Response> Invoke() => throw new InvalidOperationException($"{Plan} is invoked by the runtime.");

    public int GetArgumentCount() => arguments.Length;

    public object? GetArgument(int index) => arguments[index];

    public void SetArgument(int index, object value) => arguments[index] = value;

    public string GetMethodName() => Plan.Method.Name;

    public string GetInterfaceName() => Plan.InterfaceType.FullName!;

    public string GetActivityName() => Plan.ToString();

    public MethodInfo GetMethod() => Plan.Method;

    public Type GetInterfaceType() => Plan.InterfaceType;

    public TimeSpan? GetDefaultResponseTimeout() => Plan.ResponseTimeout;

    public CancellationToken GetCancellationToken() => Plan.TokenIndex < 0 ? default : (CancellationToken)arguments[Plan.TokenIndex]!;

    public bool TryCancel() => false;

    public void Dispose()
    {
    }

    protected abstract void SetResult(object? result);

    protected abstract void SetFailure(Exception failure);

    private void Succeed(object? result)
    {
        if (TryComplete())
        {
            SetResult(result);
        }
    }

    private bool TryComplete()
    {
        if (Interlocked.Exchange(ref completed, 1) != 0)
        {
            return false;
        }

        timeout?.Dispose();
        cancellation.Unregister();
        return true;
    }

    private void WatchTime()
    {
        var wait = Plan.ResponseTimeout ?? Origin.ResponseTimeout;
        timeout = Origin.Time.CreateTimer(static call => ((GrainCall)call!).TimeOut(), this, wait, Timeout.InfiniteTimeSpan);
    }

    private void TimeOut()
    {
        var wait = Plan.ResponseTimeout ?? Origin.ResponseTimeout;
        Fail(new TimeoutException($"Response did not arrive on time in {wait} for message: {this}."));
        if (Origin.CancelRequestOnTimeout)
        {
            SignalCancellation();
        }
    }

    private void WatchToken()
    {
        var token = GetCancellationToken();
        if (token.CanBeCanceled)
        {
            cancellation = token.UnsafeRegister(static (call, token) => ((GrainCall)call!).Cancel(token), this);
            if (IsCompleted)
            {
                cancellation.Unregister();
            }
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (!Origin.WaitForCancellationAcknowledgement)
        {
            Fail(new OperationCanceledException(token));
        }

        SignalCancellation();
    }

    private void SignalCancellation()
    {
        if (IsCancellable && request is { } sent)
        {
            Origin.Cluster.Directory.Cancel(sent);
        }
    }

    public override string ToString() => $"{Sender?.GrainId.ToString() ?? Origin.Name} -> {Target.GrainId} {Plan}";
}

/// <typeparam name="T">What the caller's task holds.</typeparam>
internal sealed class GrainCall<T>(MethodPlan plan, object?[] arguments, GrainReference target) : GrainCall(plan, arguments, target)
{
    private readonly TaskCompletionSource<T> source = new(target.Origin.Cluster.Driver.Continuations);

    public Task<T> Task => source.Task;

    protected override void SetResult(object? result) => source.TrySetResult((T)result!);

    protected override void SetFailure(Exception failure)
    {
        if (failure is OperationCanceledException)
        {
            // Cancelled, and awaiting throws the very exception: only the builder of async methods makes such a task.
            var builder = AsyncTaskMethodBuilder<T>.Create();
            var cancelled = builder.Task;
            builder.SetException(failure);
            source.TrySetFromTask(cancelled);
        }
        else
        {
            source.TrySetException(failure);
        }
    }
}
