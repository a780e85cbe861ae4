using System.Runtime.InteropServices;
using System.Text;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// Asks the CUDA driver which GPUs there are. The driver library comes with the GPU's driver, so its absence means
/// that there is none. CUDA Driver API, "Initialization" and "Device Management".
/// </summary>
internal static partial class CudaDriver
{
    private const int Success = 0;
    private const int NameBytesMax = 256;
    private const string Library = "cuda";

    static CudaDriver() => NativeLibrary.SetDllImportResolver(typeof(CudaDriver).Assembly, Resolve);

    /// <summary>Name and bytes of each GPU, by its number; empty where there is no driver or no GPU.</summary>
    public static IReadOnlyList<(string Name, long MemoryBytes)> Devices()
    {
        try
        {
            if (Initialize(0) != Success || CountDevices(out var count) != Success) return [];
            return [.. Enumerable.Range(0, count).Select(Describe)];
        }
        catch (Exception exception) when (OnnxErrors.IsMissingLibrary(exception))
        {
            return [];
        }
    }

    private static (string Name, long MemoryBytes) Describe(int number)
    {
        Span<byte> name = stackalloc byte[NameBytesMax];
        if (FindDevice(out var device, number) != Success
            || ReadName(ref MemoryMarshal.GetReference(name), NameBytesMax, device) != Success
            || ReadMemory(out var bytes, device) != Success)
        {
            return ($"GPU {number}", 0);
        }

        return (Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]), (long)bytes);
    }

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        var file = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        return NativeLibrary.TryLoad(file, assembly, path, out var handle) ? handle : 0;
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetCount")]
    private static partial int CountDevices(out int count);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int FindDevice(out int device, int number);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int ReadName(ref byte name, int nameBytes, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int ReadMemory(out nuint bytes, int device);
}
