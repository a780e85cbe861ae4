using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>What a store refuses, a grain's caller learns as a refusal: the store's own exceptions do not cross grain borders.</summary>
internal sealed class StoreRefusals : IIncomingGrainCallFilter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (StorageException problem)
        {
            throw Of(problem);
        }
    }

    /// <summary>For reads before there is a call, as when a grain comes up.</summary>
    public static async Task<T> Told<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (StorageException problem)
        {
            throw Of(problem);
        }
    }

    private static RefusedException Of(StorageException problem) =>
        new(new Refusal(problem.Code, ErrorTable.Of(problem.Code).Title) { RetryAfter = RetryAfter });
}
