namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>The loaded graphs of one model on one device. Owns its sessions.</summary>
public sealed class OnnxModel : IDisposable
{
    private readonly IReadOnlyDictionary<string, OnnxModelSession> _sessions;

    internal OnnxModel(string folder, OnnxProvider provider, IReadOnlyDictionary<string, OnnxModelSession> sessions)
    {
        Folder = folder;
        Provider = provider;
        _sessions = sessions;
        Sessions = sessions.ToDictionary(entry => entry.Key, entry => (IModelSession)entry.Value);
    }

    public string Folder { get; }

    public OnnxProvider Provider { get; }

    /// <summary>By component: text_encoder, unet, vae_decoder...</summary>
    public IReadOnlyDictionary<string, IModelSession> Sessions { get; }

    /// <summary>Completes when the component may run; fails when its weights will not come. Of components that were loaded.</summary>
    public Task WhenArrived(string component) => _sessions[component].WhenArrived;

    public void Dispose()
    {
        foreach (var session in _sessions.Values) session.Dispose();
    }
}
