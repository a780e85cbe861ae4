using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// Turns an <see cref="OnnxProvider"/> into the runtime's options: the only place where options are made, so that what must
/// not be combined cannot be. Weights that may still be on their way come as <see cref="MappedWeights"/>, and then nothing
/// that reads weights is on; with <see cref="ArrivedWeights"/> it may be.
/// </summary>
internal static class SessionSettings
{
    /// <summary>Smaller weights stay inside the graph: shapes and scales, which the runtime reads when it makes a session.</summary>
    public const int OutsideBytesMin = 1024;

    /// <summary>For a graph whose weights the runtime reads itself.</summary>
    /// <exception cref="InferenceException">The provider is not on this machine or not in this build.</exception>
    public static SessionOptions Create(OnnxProvider provider) => Make(provider, options =>
    {
        if (provider.Tuning == GraphTuning.Machine || provider.Name != OnnxProvider.CpuName) return;
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;
        NeverPrepack(options);
    });

    /// <summary>For an imported graph over weights that may come later: the runtime looks at none of them before the first run.</summary>
    /// <exception cref="InferenceException">The provider is not on this machine or not in this build.</exception>
    public static SessionOptions Over(MappedWeights weights, OnnxProvider provider) => Make(provider, options =>
    {
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        NeverPrepack(options);
        Give(options, weights);
    });

    /// <summary>For an imported graph whose weights are all here.</summary>
    /// <exception cref="InferenceException">The provider is not on this machine or not in this build.</exception>
    public static SessionOptions Over(ArrivedWeights weights, OnnxProvider provider) =>
        Make(provider, options => Give(options, weights.Mapped));

    /// <summary>
    /// For the session that writes an imported graph. Never at the highest level: that one writes layouts of this very
    /// processor into the file.
    /// </summary>
    /// <param name="provider">Whose nodes are fused.</param>
    /// <param name="graphPath">Where the graph goes.</param>
    /// <param name="weightsFile">Name of the file beside it for its weights. Larger ones begin at a page (4 KiB).</param>
    public static SessionOptions Writing(OnnxProvider provider, string graphPath, string weightsFile) => Make(provider, options =>
    {
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;
        options.OptimizedModelFilePath = graphPath;
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", weightsFile);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", $"{OutsideBytesMin}");
        NeverPrepack(options);
    });

    private static SessionOptions Make(OnnxProvider provider, Action<SessionOptions> set)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = provider.ThreadCount > 0 ? provider.ThreadCount : Environment.ProcessorCount,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // Errors arrive as exceptions; the runtime's own lines on stderr would only repeat them.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            // Idle threads sleep: the same speed here, and no burning of a core that others could use.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
            if (provider.Name == OnnxProvider.CudaName) CudaSettings.Append(options, provider);
            set(options);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void NeverPrepack(SessionOptions options) => options.AddSessionConfigEntry("session.disable_prepacking", "1");

    /// <summary>
    /// A graph that is loaded from memory must be told its folder, and the runtime looks whether the file is there. It reads
    /// nothing of it: every weight that the graph names outside is given.
    /// </summary>
    private static void Give(SessionOptions options, MappedWeights weights)
    {
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", weights.Folder);
        weights.AddTo(options);
    }
}
