using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>The border of the runtime: its exceptions stop here and become ours, by type and never by their text.</summary>
internal static class OnnxErrors
{
    /// <summary>
    /// Whether the runtime itself refused. KeyNotFoundException is how its binding reports native error codes that
    /// are newer than its own table of names.
    /// </summary>
    public static bool IsRefusal(Exception exception) => exception is OnnxRuntimeException or KeyNotFoundException;

    /// <summary>Whether the native library, or an entry point that only some builds of it have, could not be found.</summary>
    public static bool IsMissingLibrary(Exception exception) =>
        exception is EntryPointNotFoundException or DllNotFoundException or TypeInitializationException;

    public static InferenceException Refused(string subject, Exception reason) => new($"{subject}: {reason.Message}", reason);

    public static InferenceException MissingLibrary(Exception reason) => new(
        "The native ONNX Runtime library could not be loaded. It belongs beside the program "
        + $"(libonnxruntime.so, onnxruntime.dll or libonnxruntime.dylib). {Innermost(reason).Message}", reason);

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
