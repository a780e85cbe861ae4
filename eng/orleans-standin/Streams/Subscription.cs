using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Calls;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Streams;

/// <summary>What waits for one subscriber: delivered one after the other, each until it was taken or was tried for a minute.</summary>
internal sealed partial class Subscription(Cluster cluster, Topic topic, GrainId consumer, Guid id)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetriesMax = TimeSpan.FromMinutes(1);

    private readonly Queue<Func<IStreamConsumer, Guid, Task>> _messages = new();
    private bool _isPumping;

    public Guid Id => id;

    public GrainId Consumer => consumer;

    public void Tell(Func<IStreamConsumer, Guid, Task> message)
    {
        lock (_messages)
        {
            _messages.Enqueue(message);
            if (_isPumping)
            {
                return;
            }

            _isPumping = true;
        }

        cluster.System.Enqueue(() => _ = Pump());
    }

    private async Task Pump()
    {
        while (TryTake(out var message))
        {
            await Deliver(message);
        }
    }

    private bool TryTake(out Func<IStreamConsumer, Guid, Task> message)
    {
        lock (_messages)
        {
            return _isPumping = _messages.TryDequeue(out message!);
        }
    }

    private async Task Deliver(Func<IStreamConsumer, Guid, Task> message)
    {
        var time = cluster.Driver.Time;
        var started = time.GetTimestamp();
        while (cluster.ActiveSilos.FirstOrDefault() is { } silo)
        {
            try
            {
                await message((IStreamConsumer)(object)ProxyFactory.Create(typeof(IStreamConsumer), silo, consumer), id);
                return;
            }
            catch (ClientNotAvailableException)
            {
                topic.Unsubscribe(id);
                return;
            }
            catch (Exception failure)
            {
                if (time.GetElapsedTime(started) >= RetriesMax)
                {
                    LogGivenUp(silo.Log, failure, consumer);
                    return;
                }

                await Task.Delay(RetryPause, time);
            }
        }
    }

    [LoggerMessage(130, LogLevel.Warning, "A stream event for {Consumer} was given up")]
    private static partial void LogGivenUp(ILogger log, Exception failure, GrainId consumer);
}
