using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;

namespace OrleansDiffusion.Bench;

/// <summary>The ways to load one model that are compared, and the raw speeds of the machine beside them.</summary>
internal sealed unsafe class ColdStartWays(string source, string imported) : IDisposable
{
    private const int ReadBytes = 8 << 20;

    private static readonly OnnxProvider Portable = OnnxProvider.Cpu with { Tuning = GraphTuning.Portable };

    private readonly DeviceThread _lane = new("bench");
    private readonly byte[] _buffer = new byte[ReadBytes];
    private readonly nuint _bytes = (nuint)new FileInfo(Weights(imported)).Length;
    private byte* _from, _to;

    public long Bytes => (long)_bytes;

    /// <summary>One copy between two buffers of the model's size that were touched before.</summary>
    public void Copy() => Buffer.MemoryCopy(_from, _to, _bytes, _bytes);

    public void TouchBuffers()
    {
        _from = (byte*)NativeMemory.Alloc(_bytes);
        _to = (byte*)NativeMemory.Alloc(_bytes);
        NativeMemory.Fill(_from, _bytes, 1);
        NativeMemory.Fill(_to, _bytes, 2);
    }

    public void FreeBuffers()
    {
        NativeMemory.Free(_from);
        NativeMemory.Free(_to);
        _from = _to = null;
    }

    public void Read() => PageCache.Read(Weights(imported), _buffer);

    public bool TryForget() => PageCache.TryDrop(Weights(imported)) && PageCache.TryDrop(Graph(imported));

    /// <summary>The runtime's own way, with its own settings.</summary>
    public void LoadByDefault()
    {
        using var options = new SessionOptions();
        using var session = new InferenceSession(Graph(source), options);
    }

    /// <summary>The fastest that the runtime does by itself with the imported files.</summary>
    public void LoadBare()
    {
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        using var session = new InferenceSession(Graph(imported), options);
    }

    public Task<OnnxModel> LoadOurs() => Load(Portable);

    public Task<OnnxModel> LoadTuned() => Load(OnnxProvider.Cpu);

    public static void Step(OnnxModel model)
    {
        var sample = Tensor.Zeros(TensorType.Float32, 1, (int)LargeModel.Channels, (int)LargeModel.Side, (int)LargeModel.Side);
        sample.Floats.Fill(0.5f);
        model.Sessions[LargeModel.Component].Run(new Dictionary<string, Tensor> { ["sample"] = sample }, []);
    }

    public void Dispose()
    {
        FreeBuffers();
        _lane.Dispose();
    }

    private Task<OnnxModel> Load(OnnxProvider provider) => ImportedModelLoader.Load(imported, provider, _lane, components: [LargeModel.Component]);

    private static string Graph(string folder) => Path.Combine(folder, LargeModel.Component, OnnxModelLoader.GraphFileName);

    private static string Weights(string folder) => Path.Combine(folder, LargeModel.Component, ModelImport.WeightsFileName);
}
