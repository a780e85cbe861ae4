using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using OrleansDiffusion.OrleansStandin.Activations;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>A request on its way through the callee's filters to the grain.</summary>
internal sealed class IncomingCall : IIncomingGrainCallContext
{
    private readonly GrainRequest request;
    private readonly Activation activation;
    private int next;

    private IncomingCall(GrainRequest request, Activation activation)
    {
        this.request = request;
        this.activation = activation;
    }

    public IInvokable Request => request;

    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => request.Call.Sender?.GrainId;

    public GrainId TargetId => activation.GrainId;

    public IGrainContext TargetContext => activation;

    public GrainInterfaceType InterfaceType => request.Call.Target.InterfaceType;

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public MethodInfo ImplementationMethod => ImplementationMethods.Of(activation.TargetOf(request.Call.Plan).GetType(), InterfaceMethod);

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response?.Result;
        set => Response = Response.FromResult(value);
    }

    public static ValueTask<object?> Run(GrainRequest request, Activation activation)
    {
        var filters = activation.IncomingFilters;
        return filters.Length == 0 && activation.GrainInstance is not IIncomingGrainCallFilter
            ? request.Call.Plan.InvokeOn(activation.TargetOf(request.Call.Plan), request.Arguments)
            : RunFiltered(new IncomingCall(request, activation));
    }

    public async Task Invoke()
    {
        var filters = activation.IncomingFilters;
        var stage = next++;
        if (stage < filters.Length)
        {
            await filters[stage].Invoke(this);
        }
        else if (stage == filters.Length && Grain is IIncomingGrainCallFilter own)
        {
            await own.Invoke(this);
        }
        else
        {
            await InvokeGrain();
        }
    }

    private static async ValueTask<object?> RunFiltered(IncomingCall call)
    {
        await call.Invoke();
        return call.Response is { } response ? response.GetResult<object?>() : null;
    }

    private async Task InvokeGrain()
    {
        try
        {
            Response = Response.FromResult(await request.Call.Plan.InvokeOn(activation.TargetOf(request.Call.Plan), request.Arguments));
        }
        catch (Exception failure)
        {
            Response = Response.FromException(failure);
            throw;
        }
    }
}
