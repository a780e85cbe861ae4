using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Enumerations;
using OrleansDiffusion.OrleansStandin.Streams;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>What the runtime adds to every activation, made when first called.</summary>
internal static class Extensions
{
    public static IGrainExtension Find(Activation activation, Type extensionInterface) =>
        extensionInterface == typeof(IEnumerationExtension)
            ? activation.Component<IEnumerationExtension>(static a => new EnumerationExtension(a))
            : extensionInterface == typeof(IStreamConsumer) ? LocalConsumers.Of(activation)
            : throw new NotSupportedException($"No activation has the extension {extensionInterface}.");
}
