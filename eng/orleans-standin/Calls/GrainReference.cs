using System.Diagnostics.CodeAnalysis;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Calls;
using OrleansDiffusion.OrleansStandin.Enumerations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace Orleans.Runtime;

/// <summary>The address of a grain as an object: calls on it become messages. Proxies of grain interfaces derive from it.</summary>
[Alias("GrainRef")]
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly Node _node;
    private readonly Type _interfaceType;

    private protected GrainReference(Node node, GrainId grainId, Type interfaceType)
    {
        _node = node;
        GrainId = grainId;
        _interfaceType = interfaceType;
    }

    public GrainId GrainId { get; }

    public GrainInterfaceType InterfaceType => GrainInterfaceType.Create(InterfaceName);

    public virtual string InterfaceName => _interfaceType.FullName ?? _interfaceType.Name;

    internal Node Node => _node;

    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)As(typeof(TGrainInterface));

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceName}";

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal object As(Type type) => type.IsInstanceOfType(this) ? this : ProxyFactory.Create(type, _node, GrainId);

    internal GrainReference Rebind(Node owner) => ReferenceEquals(owner, _node) ? this : ProxyFactory.Create(_interfaceType, owner, GrainId);

    internal void SendOneWay(MethodPlan plan, object?[] arguments) => Start(new GrainCall<object?>(plan, arguments, this));

    internal Task SendTask(MethodPlan plan, object?[] arguments) => Start(new GrainCall<object?>(plan, arguments, this));

    internal Task<T> SendTaskOf<T>(MethodPlan plan, object?[] arguments) => Start(new GrainCall<T>(plan, arguments, this));

    internal ValueTask SendValueTask(MethodPlan plan, object?[] arguments) => new(Start(new GrainCall<object?>(plan, arguments, this)));

    internal ValueTask<T> SendValueTaskOf<T>(MethodPlan plan, object?[] arguments) => new(Start(new GrainCall<T>(plan, arguments, this)));

    internal IAsyncEnumerable<T> Enumerate<T>(MethodPlan plan, object?[] arguments) =>
        new RemoteEnumerable<T>((EnumerablePlan<T>)plan, arguments, this);

    // Inside a turn the activation's own silo is where the call starts, whoever made the reference.
    internal Node Origin => RuntimeContext.Current?.Silo ?? _node;

    // What is wrong before anything is sent, such as an argument that cannot be copied, is thrown here, not through the task.
    [SuppressMessage("Reliability", "CA2000", Justification = "A call disposes itself when it completes.")]
    private static Task<T> Start<T>(GrainCall<T> call)
    {
        call.Start();
        return call.Task;
    }
}
