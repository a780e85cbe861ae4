namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>The default: turns run on the thread pool, time is the system's, messages arrive at once.</summary>
internal sealed class ThreadPoolDriver(TimeProvider time) : Driver
{
    public override TimeProvider Time => time;

    internal override void Schedule(Turn turn) => ThreadPool.UnsafeQueueUserWorkItem(turn, preferLocal: true);

    internal override int Roll(int bound) => Random.Shared.Next(bound);

    internal override Guid NewId() => Guid.NewGuid();
}
