using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Sees which replica takes which lease. The silo's name is asked for late: filters are there before the silo is.</summary>
internal sealed class LeaseWitness(Witness witness, IServiceProvider services) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context is { MethodName: nameof(IModelGrain.Assign), Grain: ModelGrain, Result: true })
            witness.Taken(context.TargetId.Key.ToString()!, services.GetRequiredService<SiloName>().Id, (JobLease)context.Request.GetArgument(0)!);
    }
}
