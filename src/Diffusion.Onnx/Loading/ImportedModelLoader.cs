namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>A load has entered a phase.</summary>
/// <param name="Component">text_encoder, unet...</param>
/// <param name="Phase">fetch, map or create.</param>
public sealed record LoadPhase(string Component, string Phase);

/// <summary>
/// Loads an imported folder (<see cref="ModelImport"/>) at the speed at which its bytes can be mapped. As it lies there
/// (<see cref="GraphTuning.Portable"/>) a component's session is made before its weights are there; they are used where
/// they lie in the page cache. Tuned to the machine, each component waits for its weights.
/// </summary>
public static class ImportedModelLoader
{
    /// <summary>Components one after the other, first the one that is needed first.</summary>
    /// <param name="folder">The imported folder.</param>
    /// <param name="provider">Where the sessions run, and whether they are tuned to the machine.</param>
    /// <param name="lane">The device's; sessions are made there.</param>
    /// <param name="arrival">Of a folder that is still being filled; null: everything is here.</param>
    /// <param name="components">Which to load; null: all known ones in the folder.</param>
    /// <param name="progress">Told of each phase when it begins.</param>
    /// <param name="cancellation">Stops the load; nothing stays loaded.</param>
    /// <returns>
    /// Sessions that refuse to run before their weights have arrived: await <see cref="OnnxModel.WhenArrived"/> of each.
    /// </returns>
    /// <exception cref="InferenceException">A file is missing or refused; the message names it and the reason.</exception>
    public static async Task<OnnxModel> Load(
        string folder,
        OnnxProvider provider,
        IDeviceLane lane,
        IWeightsArrival? arrival = null,
        IReadOnlyCollection<string>? components = null,
        Action<LoadPhase>? progress = null,
        CancellationToken cancellation = default)
    {
        var wanted = OnnxModelLoader.Wanted(folder, components);
        var sessions = new Dictionary<string, OnnxModelSession>();
        try
        {
            foreach (var component in wanted)
            {
                void Enter(string phase) => progress?.Invoke(new LoadPhase(component, phase));
                sessions[component] = await Load(
                    new Order(folder, component, provider), lane, arrival ?? EverythingIsHere.Instance, Enter, cancellation);
            }

            return new OnnxModel(folder, provider, sessions);
        }
        catch
        {
            await lane.Run(_ => Free(sessions.Values), CancellationToken.None);
            throw;
        }
    }

    private static async Task<OnnxModelSession> Load(
        Order order, IDeviceLane lane, IWeightsArrival arrival, Action<string> enter, CancellationToken cancellation)
    {
        var graphArrival = arrival.WhenArrived($"{order.Component}/{OnnxModelLoader.GraphFileName}", cancellation);
        if (!graphArrival.IsCompleted) enter("fetch");
        await graphArrival;
        enter("map");
        var (graph, weights) = await lane.Run(_ => Map(order, arrival, cancellation), cancellation);
        try
        {
            if (order.Provider.Tuning == GraphTuning.Portable)
            {
                enter("create");
                return await lane.Run(token => OnnxModelSession.Over(weights, graph, order.Provider, token), cancellation);
            }

            if (!weights.HasArrived) enter("fetch");
            var arrived = await ArrivedWeights.Of(weights, cancellation);
            enter("create");
            return await lane.Run(token => OnnxModelSession.Over(arrived, graph, order.Provider, token), cancellation);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static bool Free(IEnumerable<OnnxModelSession> sessions)
    {
        foreach (var session in sessions) session.Dispose();
        return true;
    }

    private static (ImportedGraph Graph, MappedWeights Weights) Map(Order order, IWeightsArrival arrival, CancellationToken cancellation)
    {
        var graph = ImportedGraph.Read(order.Folder, order.Component);
        var arrived = graph.Weights.Count == 0
            ? Task.CompletedTask
            : arrival.WhenArrived($"{order.Component}/{ImportedGraph.WeightsFile}", cancellation);
        return (graph, MappedWeights.Map(Path.Combine(order.Folder, order.Component, ImportedGraph.WeightsFile), graph.Weights, arrived));
    }

    private sealed record Order(string Folder, string Component, OnnxProvider Provider);
}
