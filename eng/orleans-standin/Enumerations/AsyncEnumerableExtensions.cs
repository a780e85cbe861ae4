using OrleansDiffusion.OrleansStandin.Enumerations;

namespace Orleans.Runtime;

public static class AsyncEnumerableExtensions
{
    /// <summary>How many elements at most travel in one message. Default: 100.</summary>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        if (self is RemoteEnumerable<T> remote)
        {
            remote.MaxBatchSize = maxBatchSize;
        }

        return self;
    }
}
