using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>The CUDA provider's part of a session's options.</summary>
internal static class CudaSettings
{
    /// <exception cref="InferenceException">The provider is not on this machine or not in this build.</exception>
    public static void Append(SessionOptions options, OnnxProvider provider)
    {
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(Of(provider));
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

    private static Dictionary<string, string> Of(OnnxProvider provider)
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
