using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Calls;

namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>The caller's side of an enumeration: nothing is sent until it is enumerated.</summary>
[Orleans.GenerateSerializer, Orleans.Immutable]
internal sealed class RemoteEnumerable<T>(EnumerablePlan<T> plan, object?[] arguments, GrainReference target) : IAsyncEnumerable<T>, IRemoteEnumeration
{
    public int MaxBatchSize { get; set; } = 100;

    public GrainReference Target => target;

    public CancellationToken Token => plan.TokenIndex < 0 ? default : (CancellationToken)arguments[plan.TokenIndex]!;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        // A copy per enumeration, so that one of them cannot see what another has changed.
        var copied = plan.CopyArguments([.. arguments], target.Origin.Copier);
        var sent = new RemoteEnumerable<T>(plan, copied, target) { MaxBatchSize = MaxBatchSize };
        return new RemoteEnumerator<T>(sent, cancellationToken);
    }

    public IElementSource Open(object grain, CancellationToken cancellationToken)
    {
        if (plan.TokenIndex >= 0)
        {
            arguments[plan.TokenIndex] = cancellationToken;
        }

        return new Source(plan.Enumerate(grain, arguments).GetAsyncEnumerator(cancellationToken));
    }

    private sealed class Source(IAsyncEnumerator<T> elements) : IElementSource
    {
        public object? Current => elements.Current;

        public ValueTask<bool> MoveNext() => elements.MoveNextAsync();

        public ValueTask DisposeAsync() => elements.DisposeAsync();
    }
}
