using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Streams;

/// <summary>Who subscribes here: the activation whose turn it is, otherwise the host as a client.</summary>
internal static class LocalConsumers
{
    public static (GrainId Id, StreamConsumer Consumer) LocalConsumer(this Node node) =>
        RuntimeContext.Current is { Class.IsObserver: false } activation ? (activation.GrainId, Of(activation)) : node.StreamClient.Value;

    public static StreamConsumer Of(Activation activation) => activation.Component(static _ => new StreamConsumer());

    public static (GrainId Id, StreamConsumer Consumer) Register(Node node)
    {
        var consumer = new StreamConsumer();
        return (node.Cluster.Observers.Add(node, typeof(IStreamConsumer), consumer).GrainId, consumer);
    }
}
