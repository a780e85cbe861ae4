using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>A call on its way through the caller's filters to the network.</summary>
internal sealed class OutgoingCall(GrainCall call, IOutgoingGrainCallFilter[] filters) : IOutgoingGrainCallContext
{
    private int _next;

    public IInvokable Request => call;

    public object Grain => call.Target;

    public GrainId? SourceId => call.Sender?.GrainId;

    public GrainId TargetId => call.Target.GrainId;

    public IGrainContext? SourceContext => call.Sender;

    public GrainInterfaceType InterfaceType => call.Target.InterfaceType;

    public string InterfaceName => call.GetInterfaceName();

    public string MethodName => call.GetMethodName();

    public MethodInfo InterfaceMethod => call.GetMethod();

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response?.Result;
        set => Response = Response.FromResult(value);
    }

    public static void Run(GrainCall call, IOutgoingGrainCallFilter[] filters) => _ = new OutgoingCall(call, filters).RunToEnd();

    public async Task Invoke()
    {
        var stage = _next++;
        if (stage < filters.Length)
        {
            await filters[stage].Invoke(this);
            return;
        }

        try
        {
            Response = Response.FromResult(await call.SendBehindFilters());
        }
        catch (Exception failure)
        {
            Response = Response.FromException(failure);
            throw;
        }
    }

    private async Task RunToEnd()
    {
        try
        {
            await Invoke();
            call.Arrive(Response?.GetResult<object?>(), null);
        }
        catch (Exception failure)
        {
            call.Fail(failure);
        }
    }
}
