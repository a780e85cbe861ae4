using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using OrleansDiffusion.OrleansStandin.Activations;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>A request on its way through the callee's filters to the grain.</summary>
internal sealed class IncomingCall : IIncomingGrainCallContext
{
    private readonly GrainRequest _request;
    private readonly Activation _activation;
    private int _next;

    private IncomingCall(GrainRequest request, Activation activation)
    {
        _request = request;
        _activation = activation;
    }

    public IInvokable Request => _request;

    public object Grain => _activation.GrainInstance!;

    public GrainId? SourceId => _request.Call.Sender?.GrainId;

    public GrainId TargetId => _activation.GrainId;

    public IGrainContext TargetContext => _activation;

    public GrainInterfaceType InterfaceType => _request.Call.Target.InterfaceType;

    public string InterfaceName => _request.GetInterfaceName();

    public string MethodName => _request.GetMethodName();

    public MethodInfo InterfaceMethod => _request.GetMethod();

    public MethodInfo ImplementationMethod => ImplementationMethods.Of(_activation.TargetOf(_request.Call.Plan).GetType(), InterfaceMethod);

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
        var filters = _activation.IncomingFilters;
        var stage = _next++;
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
            Response = Response.FromResult(await _request.Call.Plan.InvokeOn(_activation.TargetOf(_request.Call.Plan), _request.Arguments));
        }
        catch (Exception failure)
        {
            Response = Response.FromException(failure);
            throw;
        }
    }
}
