using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>A device that sessions can run on.</summary>
/// <param name="Provider">What to load sessions with.</param>
/// <param name="Name">What it calls itself, such as the processor's name.</param>
/// <param name="MemoryBytes">All of its memory; for the CPU what this process may use (container limits count).</param>
public sealed record OnnxDevice(OnnxProvider Provider, string Name, long MemoryBytes)
{
    /// <summary>cpu0, cuda0, cuda1...</summary>
    public string Id => Provider.DeviceName;
}

/// <summary>The provider that will be used, and what must be said about it.</summary>
/// <param name="Provider">The wanted one, or the CPU where that was allowed.</param>
/// <param name="Notice">Why it is not the wanted one; null if it is. For one line in the log at start.</param>
public sealed record ProviderChoice(OnnxProvider Provider, string? Notice);

/// <summary>Which devices this machine offers to this build of ONNX Runtime.</summary>
public static class OnnxDevices
{
    private const string CpuInfoPath = "/proc/cpuinfo";

    /// <summary>The CPU, and every GPU that the driver lists if the CUDA provider loads. Takes up to a second with CUDA.</summary>
    public static IReadOnlyList<OnnxDevice> Probe()
    {
        var cpu = new OnnxDevice(OnnxProvider.Cpu, CpuName(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var gpus = CudaDriver.Devices();
        if (gpus.Count == 0 || WhyNot(OnnxProvider.Cuda()) is not null) return [cpu];
        return [cpu, .. gpus.Select((gpu, number) => new OnnxDevice(OnnxProvider.Cuda(number), gpu.Name, gpu.MemoryBytes))];
    }

    /// <summary>Checks once, before anything is loaded, that the wanted provider works here.</summary>
    /// <exception cref="InferenceException">It does not, and <see cref="OnnxProvider.AllowCpuFallback"/> is off.</exception>
    public static ProviderChoice Choose(OnnxProvider wanted)
    {
        if (WhyNot(wanted) is not { } reason) return new ProviderChoice(wanted, Notice: null);
        if (!wanted.AllowCpuFallback) throw reason;
        return new ProviderChoice(
            OnnxProvider.Cpu with { ThreadCount = wanted.ThreadCount },
            $"Running on the CPU, which is much slower, since {wanted.DeviceName} was asked for and fallback is allowed. {reason.Message}");
    }

    private static InferenceException? WhyNot(OnnxProvider provider)
    {
        try
        {
            using var options = SessionSettings.Create(provider);
            return null;
        }
        catch (InferenceException exception)
        {
            return exception;
        }
        catch (Exception exception) when (OnnxErrors.IsMissingLibrary(exception))
        {
            return OnnxErrors.MissingLibrary(exception);
        }
    }

    private static string CpuName()
    {
        var line = File.Exists(CpuInfoPath)
            ? File.ReadLines(CpuInfoPath).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        var name = line?[(line.IndexOf(':') + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name is { Length: > 0 } ? name : $"{RuntimeInformation.ProcessArchitecture} processor";
    }
}
