using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>Turns an <see cref="OnnxProvider"/> into the runtime's options.</summary>
internal static class SessionSettings
{
    /// <exception cref="InferenceException">The provider is not on this machine or not in this build.</exception>
    public static SessionOptions Create(OnnxProvider provider)
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
            if (provider.Name == OnnxProvider.CudaName) AppendCuda(options, provider);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void AppendCuda(SessionOptions options, OnnxProvider provider)
    {
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(CudaSettings(provider));
            options.AppendExecutionProvider_CUDA(cuda);
        }
        catch (Exception exception) when (OnnxErrors.IsRefusal(exception) || OnnxErrors.IsMissingLibrary(exception))
        {
            throw new InferenceException(
                $"CUDA device {provider.DeviceId} cannot be used: this machine lacks the GPU, its driver or the CUDA libraries, "
                + $"or this build of ONNX Runtime is for the CPU only. Choose the provider '{OnnxProvider.CpuName}' or install them. "
                + $"The runtime said: {exception.Message}", exception);
        }
    }

    private static Dictionary<string, string> CudaSettings(OnnxProvider provider)
    {
        var settings = new Dictionary<string, string>
        {
            ["device_id"] = provider.DeviceId.ToString(),
            // The arena grows by what is asked, not to the next power of two: budgets are in bytes.
            ["arena_extend_strategy"] = "kSameAsRequested",
            // Exhaustive search would cost seconds at every new picture size.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
        };
        if (provider.ArenaBytesMax > 0) settings["gpu_mem_limit"] = provider.ArenaBytesMax.ToString();
        return settings;
    }
}
