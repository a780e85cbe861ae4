using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>An imported component's graph, in memory: a few hundred kilobytes, since its weights lie beside it.</summary>
/// <param name="Name">For messages: unet/model.onnx.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Weights">What lies where in <see cref="WeightsFile"/>.</param>
internal sealed record ImportedGraph(string Name, byte[] Bytes, IReadOnlyList<ExternalWeight> Weights)
{
    /// <summary>The file of a component's weights, beside its graph.</summary>
    public const string WeightsFile = "weights.bin";

    /// <exception cref="InferenceException">It is no graph that was imported.</exception>
    public static ImportedGraph Read(string folder, string component)
    {
        var path = Path.Combine(folder, component, OnnxModelLoader.GraphFileName);
        if (!File.Exists(path)) throw new InferenceException($"{path} could not be loaded: there is no such file.");
        try
        {
            var bytes = File.ReadAllBytes(path);
            var weights = ExternalWeights.Read(new MemoryStream(bytes));
            var stray = weights.FirstOrDefault(weight => weight.Location != WeightsFile);
            if (stray is not null)
                throw new InferenceException($"{path} was not imported: '{stray.Name}' lies in {stray.Location}, not in {WeightsFile}.");
            return new ImportedGraph(Path.Combine(component, OnnxModelLoader.GraphFileName), bytes, weights);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{path} could not be read: {exception.Message}", exception);
        }
    }
}
