using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Copying;
using OrleansDiffusion.OrleansStandin.Streams;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>One party on the network: a silo or a client, with the services of its host.</summary>
internal abstract class Node
{
    private readonly MessagingOptions _messaging;
    private Cluster? _cluster;

    protected Node(IServiceProvider services, string name, MessagingOptions messaging)
    {
        Services = services;
        Name = name;
        _messaging = messaging;
        Time = services.GetRequiredService<TimeProvider>();
        Log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Orleans." + name);
        Copier = new DeepCopier(services.GetRequiredService<CopyPlans>(), this);
        OutgoingFilters = [.. services.GetServices<IOutgoingGrainCallFilter>()];
        IncomingFilters = [.. services.GetServices<IIncomingGrainCallFilter>()];
        GrainFactory = new GrainFactory(this);
        StreamClient = new Lazy<(GrainId, StreamConsumer)>(() => LocalConsumers.Register(this));
        Collection = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<GrainCollectionOptions>>().Value;
        Activator = services.GetRequiredService<IGrainActivator>();
    }

    public IServiceProvider Services { get; }

    public string Name { get; }

    /// <summary>Null for clients.</summary>
    public virtual SiloAddress? Address => null;

    public Cluster Cluster
    {
        get => _cluster ?? throw NotConnected();
        protected set => _cluster = value;
    }

    public bool IsConnected => _cluster is not null;

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public DeepCopier Copier { get; }

    public GrainFactory GrainFactory { get; }

    /// <summary>This host as a subscriber of streams.</summary>
    public Lazy<(GrainId Id, StreamConsumer Consumer)> StreamClient { get; }

    public GrainCollectionOptions Collection { get; }

    public IGrainActivator Activator { get; }

    public IOutgoingGrainCallFilter[] OutgoingFilters { get; }

    public IIncomingGrainCallFilter[] IncomingFilters { get; }

    public TimeSpan ResponseTimeout => _messaging.ResponseTimeout;

    public bool CancelRequestOnTimeout => _messaging.CancelRequestOnTimeout;

    public bool WaitForCancellationAcknowledgement => _messaging.WaitForCancellationAcknowledgement;

    /// <summary>False once its process is gone: nothing leaves and nothing arrives.</summary>
    public virtual bool IsReachable => true;

    /// <summary>Copies for another node, to which references in the copy then belong.</summary>
    public DeepCopier CopierTo(Node receiver) => ReferenceEquals(receiver, this) ? Copier : receiver.Copier;

    public abstract void ThrowIfStopped();

    /// <summary>Sends a message; what a dead node sends or would receive is lost.</summary>
    /// <param name="what">How traces call it.</param>
    public void Send<TMessage>(Node to, TMessage message, object what, Action<TMessage> arrive)
    {
        if (!IsReachable)
        {
            return;
        }

        if (!Cluster.Driver.DeliversAtOnce)
        {
            SendThroughDriver(to, message, what, arrive);
        }
        else if (to.IsReachable)
        {
            arrive(message);
        }
    }

    protected abstract Exception NotConnected();

    // A method of its own, so that the usual way makes no closure.
    private void SendThroughDriver<TMessage>(Node to, TMessage message, object what, Action<TMessage> arrive) =>
        Cluster.Driver.Send(Address, to.Address, $"at {to.Name}: {what}", () =>
        {
            if (to.IsReachable)
            {
                arrive(message);
            }
        });
}
