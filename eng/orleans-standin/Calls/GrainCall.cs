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
    private readonly object?[] _arguments;
    private ITimer? _timeout;
    private CancellationTokenRegistration _cancellation;
    private int _completed;
    private GrainRequest? _request;

    protected GrainCall(MethodPlan plan, object?[] arguments, GrainReference target)
    {
        Plan = plan;
        Target = target;
        Sender = RuntimeContext.Current;
        Origin = target.Origin;
        _arguments = arguments;
    }

    public MethodPlan Plan { get; }

    public GrainReference Target { get; }

    /// <summary>The activation that calls; null: a client or a silo's own code.</summary>
    public Activation? Sender { get; }

    public Node Origin { get; }

    public object?[] Arguments => _arguments;

    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

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
        var inner = new GrainCall<object?>(Plan, _arguments, Target);
        inner.Send();
        return inner.Task;
    }

    public void Send()
    {
        Plan.CopyArguments(_arguments, Origin.Copier);
        _request = new GrainRequest(this, _arguments, RequestContext.Export(Origin.Copier));
        if (Plan.IsOneWay)
        {
            Succeed(null);
        }
        else
        {
            WatchTime();
            WatchToken();
        }

        Origin.Cluster.Directory.Route(_request);
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

    public int GetArgumentCount() => _arguments.Length;

    public object? GetArgument(int index) => _arguments[index];

    public void SetArgument(int index, object value) => _arguments[index] = value;

    public string GetMethodName() => Plan.Method.Name;

    public string GetInterfaceName() => Plan.InterfaceType.FullName!;

    public string GetActivityName() => Plan.ToString();

    public MethodInfo GetMethod() => Plan.Method;

    public Type GetInterfaceType() => Plan.InterfaceType;

    public TimeSpan? GetDefaultResponseTimeout() => Plan.ResponseTimeout;

    public CancellationToken GetCancellationToken() => Plan.TokenIndex < 0 ? default : (CancellationToken)_arguments[Plan.TokenIndex]!;

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
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        _timeout?.Dispose();
        _cancellation.Unregister();
        return true;
    }

    private void WatchTime()
    {
        var wait = Plan.ResponseTimeout ?? Origin.ResponseTimeout;
        _timeout = Origin.Time.CreateTimer(static call => ((GrainCall)call!).TimeOut(), this, wait, Timeout.InfiniteTimeSpan);
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
            _cancellation = token.UnsafeRegister(static (call, token) => ((GrainCall)call!).Cancel(token), this);
            if (IsCompleted)
            {
                _cancellation.Unregister();
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
        if (IsCancellable && _request is { } sent)
        {
            Origin.Cluster.Directory.Cancel(sent);
        }
    }

    public override string ToString() => $"{Sender?.GrainId.ToString() ?? Origin.Name} -> {Target.GrainId} {Plan}";
}

/// <typeparam name="T">What the caller's task holds.</typeparam>
internal sealed class GrainCall<T>(MethodPlan plan, object?[] arguments, GrainReference target) : GrainCall(plan, arguments, target)
{
    private readonly TaskCompletionSource<T> _source = new(target.Origin.Cluster.Driver.Continuations);

    public Task<T> Task => _source.Task;

    protected override void SetResult(object? result) => _source.TrySetResult((T)result!);

    protected override void SetFailure(Exception failure)
    {
        if (failure is OperationCanceledException)
        {
            // Cancelled, and awaiting throws the very exception: only the builder of async methods makes such a task.
            var builder = AsyncTaskMethodBuilder<T>.Create();
            var cancelled = builder.Task;
            builder.SetException(failure);
            _source.TrySetFromTask(cancelled);
        }
        else
        {
            _source.TrySetException(failure);
        }
    }
}
