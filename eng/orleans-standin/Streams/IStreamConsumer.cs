using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansDiffusion.OrleansStandin.Streams;

/// <summary>How events reach a subscriber: as calls, which wait their turn like others.</summary>
internal interface IStreamConsumer : IGrainExtension
{
    Task Deliver(Guid subscription, object item, StreamSequenceToken token);

    Task Complete(Guid subscription);

    Task Fail(Guid subscription, Exception failure);
}
