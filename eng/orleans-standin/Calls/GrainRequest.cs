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
    private readonly Dictionary<string, object>? context;
    private readonly object?[] arguments;
    private readonly CancellationTokenSource? cancellation;
    private Activation? host;

    public GrainRequest(GrainCall call, object?[] arguments, Dictionary<string, object>? context)
    {
        Call = call;
        this.context = context;
        this.arguments = arguments;
        if (call.GetCancellationToken().CanBeCanceled)
        {
            cancellation = new CancellationTokenSource();
            this.arguments = [.. arguments];
            this.arguments[call.Plan.TokenIndex] = cancellation.Token;
        }
    }

    public GrainCall Call { get; }

    public GrainId Target => Call.Target.GrainId;

    public Dictionary<string, object>? Context => context;

    public override bool IsAlwaysInterleave => Call.Plan.IsAlwaysInterleave;

    public override bool IsReadOnly => Call.Plan.IsReadOnly;

    public override Guid ReentrancyId => RequestContext.ReentrancyIdOf(context);

    public object?[] Arguments => arguments;

    public bool IsCancellable => Call.IsCancellable;

    /// <summary>The same message once more, for a network that repeats.</summary>
    public GrainRequest Repeat() => new(Call, Call.Plan.CopyArguments([.. Call.Arguments], Call.Origin.Copier), context);

    public override async Task RunOn(Activation activation)
    {
        host = activation;
        RequestContext.Import(context);
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

    public void Cancel() => cancellation?.Cancel();

    public object? GetTarget() => host?.TargetOf(Call.Plan);

    public void SetTarget(ITargetHolder holder) => host = holder as Activation;

    public async ValueTask<Response> Invoke() => Response.FromResult(await Call.Plan.InvokeOn(host!.TargetOf(Call.Plan), arguments));

    public int GetArgumentCount() => arguments.Length;

    public object? GetArgument(int index) => arguments[index];

    public void SetArgument(int index, object value) => arguments[index] = value;

    public string GetMethodName() => Call.GetMethodName();

    public string GetInterfaceName() => Call.GetInterfaceName();

    public string GetActivityName() => Call.GetActivityName();

    public MethodInfo GetMethod() => Call.GetMethod();

    public Type GetInterfaceType() => Call.GetInterfaceType();

    public TimeSpan? GetDefaultResponseTimeout() => Call.GetDefaultResponseTimeout();

    public CancellationToken GetCancellationToken() => cancellation?.Token ?? default;

    public bool TryCancel()
    {
        Cancel();
        return cancellation is not null;
    }

    public void Dispose() => cancellation?.Dispose();

    public override string ToString() => Call.ToString();

    private void Answer(Node from, object? result, Exception? failure)
    {
        if (!Call.Plan.IsOneWay)
        {
            from.Send(Call.Origin, (Call, result, failure), failure is null ? "answer" : "failure", static answer => answer.Call.Arrive(answer.result, answer.failure));
        }
    }
}
