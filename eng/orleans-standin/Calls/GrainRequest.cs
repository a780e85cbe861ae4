using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>A call as its callee sees it.</summary>
internal sealed class GrainRequest : ActivationRequest, IInvokable
{
    private readonly Dictionary<string, object>? _context;
    private readonly object?[] _arguments;
    private readonly CancellationTokenSource? _cancellation;
    private Activation? _host;

    public GrainRequest(GrainCall call, object?[] arguments, Dictionary<string, object>? context)
    {
        Call = call;
        _context = context;
        _arguments = arguments;
        if (call.GetCancellationToken().CanBeCanceled)
        {
            _cancellation = new CancellationTokenSource();
            _arguments = [.. arguments];
            _arguments[call.Plan.TokenIndex] = _cancellation.Token;
        }
    }

    public GrainCall Call { get; }

    public GrainId Target => Call.Target.GrainId;

    public Dictionary<string, object>? Context => _context;

    public override bool IsAlwaysInterleave => Call.Plan.IsAlwaysInterleave;

    public override bool IsReadOnly => Call.Plan.IsReadOnly;

    public override Guid ReentrancyId => RequestContext.ReentrancyIdOf(_context);

    public object?[] Arguments => _arguments;

    public bool IsCancellable => Call.IsCancellable;

    /// <summary>The same message once more, for a network that repeats.</summary>
    public GrainRequest Repeat() => new(Call, Call.Plan.CopyArguments([.. Call.Arguments], Call.Origin.Copier), _context);

    public override async Task RunOn(Activation activation)
    {
        _host = activation;
        RequestContext.Import(_context);
        try
        {
            var result = await IncomingCall.Run(this, activation);
            Answer(activation.Silo, Call.Plan.CopyResult(result, activation.Silo.CopierTo(Call.Origin)), null);
        }
        catch (Exception failure)
        {
            Answer(activation.Silo, null, activation.Silo.CopierTo(Call.Origin).CopyException(failure));
        }
    }

    public override void Reject(Node by, Exception failure) => Answer(by, null, failure);

    public void Cancel() => _cancellation?.Cancel();

    public object? GetTarget() => _host?.TargetOf(Call.Plan);

    public void SetTarget(ITargetHolder holder) => _host = holder as Activation;

    public async ValueTask<Response> Invoke() => Response.FromResult(await Call.Plan.InvokeOn(_host!.TargetOf(Call.Plan), _arguments));

    public int GetArgumentCount() => _arguments.Length;

    public object? GetArgument(int index) => _arguments[index];

    public void SetArgument(int index, object value) => _arguments[index] = value;

    public string GetMethodName() => Call.GetMethodName();

    public string GetInterfaceName() => Call.GetInterfaceName();

    public string GetActivityName() => Call.GetActivityName();

    public MethodInfo GetMethod() => Call.GetMethod();

    public Type GetInterfaceType() => Call.GetInterfaceType();

    public TimeSpan? GetDefaultResponseTimeout() => Call.GetDefaultResponseTimeout();

    public CancellationToken GetCancellationToken() => _cancellation?.Token ?? default;

    public bool TryCancel()
    {
        Cancel();
        return _cancellation is not null;
    }

    public void Dispose() => _cancellation?.Dispose();

    public override string ToString() => Call.ToString();

    private void Answer(Node from, object? result, Exception? failure)
    {
        if (!Call.Plan.IsOneWay)
        {
            from.Send(Call.Origin, (Call, result, failure), failure is null ? "answer" : "failure", static answer => answer.Call.Arrive(answer.result, answer.failure));
        }
    }
}
